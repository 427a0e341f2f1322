"""What a reviewer sees: the report's own sentences, what is wrong with it, who will get it, and where the PDF is."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from tasks.checks import Finding
from tasks.deliver import body
from tasks.deliver.edition import Edition
from tasks.render.job import file_name
from tasks.render.summary import Summary, summary
from tasks.review.gate import reasons
from tasks.settings import Institution

#: Whatever Markdown or HTML could make something of.
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+.!|~&-])")
LINES = 12


@dataclass(frozen=True, slots=True)
class Request:
    """Plain values that survive JSON: subject and body (Markdown) of the screen, and which edition it is about."""

    subject: str
    body: str
    edition: str
    fingerprint: str


def request(institution: Institution, edition: Edition, language: str, folder_url: str) -> Request:
    """The request in a reviewer's language; ``folder_url`` is where a browser finds the edition's files."""
    say = body.words(language, "review")
    told = summary(edition.document, institution, language)
    name = f"{institution.name}, {told.period}"
    parts = [
        f"## {_escaped(told.headline)}",
        _link(say("open_pdf"), f"{folder_url}/{file_name(None, language, 'pdf')}"),
        _list(say("why"), [sentence(institution, one, language) for one in reasons(institution, edition)]),
        _list(say("warnings"), told.warnings),
        _tiles(told, say),
        _list(told.attention_title, told.attention),
        _list(say("changed", before=edition.revision - 1), _changed(edition)),
        _list(say("readers"), [person.email for person in institution.deliver.recipients]),
        _escaped(say("bound", edition=f"{edition.period} r{edition.revision}", fingerprint=edition.fingerprint[:12])),
        _escaped(say(f"time_{institution.approval.then}", hours=_hours(institution.approval.wait_hours))),
    ]
    text = "\n\n".join(part for part in parts if part)
    return Request(say("subject", name=name, revision=edition.revision), text, str(edition.folder), edition.fingerprint)


def sentence(institution: Institution, finding: Finding, language: str) -> str:
    """A finding in words, with what to do about it."""
    say = body.words(language, "review")
    names = {one.id: getattr(one.name, language) for one in institution.source}
    about = body.one_line(names.get(finding.about, finding.about), 60)
    return f"{say(f'{finding.kind}', about=about, **dict(finding.values))} {say(f'{finding.kind}_do', about=about)}"


def as_json(asked: Request) -> dict[str, Any]:
    """For Airflow's own memory."""
    return asdict(asked)


def _tiles(told: Summary, say: body.Words) -> str:
    rows = [f"| {_escaped(one.label)} | **{_escaped(one.value)}** | {_escaped(one.change)} |" for one in told.tiles]
    return (
        "\n".join([f"| {say('figure')} | {say('value')} | {say('change')} |", "|---|---|---|", *rows]) if rows else ""
    )


def _changed(edition: Edition) -> list[str]:
    """What this revision changed, from its manifest; nothing for a first one."""
    if edition.revision == 1:
        return []
    changes = json.loads((edition.folder / "manifest.json").read_text(encoding="utf-8"))["changed"]
    numbers = [f"{one['metric']} {one['column']}: {one['from']} → {one['to']}" for one in changes["numbers"]]
    return [*changes["parts"], *numbers]


def _list(title: str, lines: Any) -> str:
    shown = [f"- {_escaped(body.one_line(str(line), body.PARAGRAPH_LENGTH))}" for line in list(lines)[:LINES]]
    return "\n".join([f"**{_escaped(title)}**", "", *shown]) if shown else ""


def _link(text: str, url: str) -> str:
    return f"[{_escaped(text)}](<{url}>)"


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _hours(hours: float) -> str:
    return f"{hours:g}"
