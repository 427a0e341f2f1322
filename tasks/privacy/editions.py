"""Editions that quote a person: found, blacked out in place, and marked.

    var/reports/<slug>/<week>/r1.redacted.json      when, by which erasures, and what the files were before

The revision keeps its number and its fingerprint, which says what its figures were made of. Its pages are drawn anew
from its own document, without the passage; nothing of the old bytes stays here. Copies that were mailed are not ours.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks import durable, home, quoted, warehouse
from tasks.errors import RenderError
from tasks.measure.quotes import Quotes
from tasks.privacy import state
from tasks.privacy.person import Person
from tasks.privacy.state import QUOTING
from tasks.render import fingerprint as prints
from tasks.render.edition import MANIFEST
from tasks.render.job import Job
from tasks.render.process import draw
from tasks.render.stamp import Stamp
from tasks.settings import Institution

#: What stands where words were; the report's own typefaces have no black block.
BLACK = "[———]"
#: What an edition keeps of the program: no person is in it.
STORED = ("sql/", "templates/")
#: What of a document people's own words can be in.
TOLD = ("lists", "editorial")
Rows = quoted.Places


@dataclass(frozen=True, slots=True)
class Affected:
    """``name`` like 2026-W47/r1, ``rows`` the places of quotes in its lists, ``before`` the hashes of its own files."""

    name: str
    rows: Rows
    before: dict[str, str]

    @property
    def period(self) -> str:
        """``2026-W47``, or of an interim edition with its moment."""
        return self.name.rpartition("/")[0]


def excerpts(institution: Institution, texts: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """(source, quote) for each (source, text), as the lists of a report quote it, or did before quotes had gaps."""
    listed = sorted(texts)
    table = pa.table({"source": [one for one, _ in listed], "words": [one for _, one in listed]})
    with warehouse.connect(institution.zone, threads=1) as db:
        warehouse.core(db, "macros")
        db.register("told", table.cast(pa.schema([("source", pa.string()), ("words", pa.string())])))
        found = db.sql(
            r"SELECT source, core.excerpt(trim(regexp_replace(words, '\s+', ' ', 'g'))) FROM told"
        ).fetchall()
    shown = Quotes.of(institution).shown
    return {(source, one) for source, quote in found for one in (quote, shown(quote)) if one}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a person's names, what a report would quote of theirs, and the items it may have quoted."""

    person: Person
    quotes: Container[tuple[str, str]]
    items: Collection[str]

    def rows(self, document: Mapping[str, Any], beside: Path) -> Rows:
        """Where a document quotes the person: by the list beside it, and by today's words for one that has none."""
        found = quoted.places(quoted.read(beside), self.items)
        there = {name: at for name, at in found.items() if name in document["lists"]}
        return both(places(document, self.quotes), there)


def both(one: Rows, other: Rows) -> Rows:
    """The places of two, in order."""
    return {name: sorted({*one.get(name, ()), *other.get(name, ())}) for name in sorted({*one, *other})}


def affected(slug: str, wanted: Wanted) -> list[Affected]:
    """The editions that quote or name the person."""
    found = []
    for folder, manifest, document in _all(slug):
        rows = wanted.rows(document, quoted.of_edition(folder))
        if rows or redacted(document, wanted.person, rows) != document:
            before = {name: digest for name, digest in manifest["files"].items() if not name.startswith(STORED)}
            found.append(Affected(str(folder.relative_to(home.reports(slug))), rows, before))
    return found


def documents(slug: str, wanted: Wanted) -> dict[str, Rows]:
    """The same of the documents that measure left for render, by path below the lake."""
    found = {}
    for path in state.documents(slug):
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = wanted.rows(document, quoted.of_document(path))
        if rows or redacted(document, wanted.person, rows) != document:
            found[str(path.relative_to(home.lake()))] = rows
    return found


def places(document: Mapping[str, Any], quotes: Container[tuple[str, str]]) -> Rows:
    """Where in a document's lists the person is quoted."""
    found = {
        name: [at for at, row in enumerate(rows) if (row.get("source"), row.get("excerpt")) in quotes]
        for name in QUOTING
        if (rows := document["lists"].get(name))
    }
    return {name: at for name, at in found.items() if at}


def redacted(document: Mapping[str, Any], person: Person, rows: Rows, black: str | None = BLACK) -> dict[str, Any]:
    """A document without these quotes and without the person's names; ``black`` stands in for a quote."""
    made: dict[str, Any] = json.loads(json.dumps(document))
    for name, listed in rows.items():
        for at in listed:
            if at < len(made["lists"].get(name, ())):  # the week may have been measured again since
                made["lists"][name][at]["excerpt"] = black
    return made | {part: _without(made[part], person) for part in TOLD if part in made}


def redact(institution: Institution, one: Affected, person: Person, receipt: str, at: str) -> None:
    """Draw an edition anew without the passage, and mark it. What a killed process left is done again."""
    folder = home.reports(institution.slug) / one.name
    note = folder.with_name(f"{folder.name}.redacted.json")
    noted = json.loads(note.read_text(encoding="utf-8")) if note.exists() else []
    if any(mark["receipt"] == receipt for mark in noted):
        return
    manifest = json.loads((folder / MANIFEST).read_bytes())
    document = redacted(json.loads((folder / "metrics.json").read_bytes()), person, one.rows)
    files = _drawn(institution, manifest, document) | {"metrics.json": prints.canonical(document)}
    kept = {name: digest for name, digest in manifest["files"].items() if name.startswith(STORED)}
    now = kept | {name: prints.sha256(data) for name, data in files.items()}
    for name, data in files.items():
        durable.write_bytes(folder / name, data)
    for name in set(manifest["files"]) - set(now):  # a page that today's institution file does not make any more
        (folder / name).unlink(missing_ok=True)
    marked = manifest | {"files": dict(sorted(now.items())), "redacted": [*manifest.get("redacted", []), receipt]}
    durable.write_bytes(folder / MANIFEST, prints.canonical(marked))
    quoted.without(quoted.of_edition(folder), one.rows)
    noted.append({"receipt": receipt, "at": at, "files_before": one.before, "code": prints.code()})
    durable.write_bytes(note, (json.dumps(noted, indent=1) + "\n").encode())


def held(institution: Institution, name: str) -> bool:
    """Whether an edition is an archive's record: by the archive duty, or a legal hold (a file ``r1.hold`` beside)."""
    folder = home.reports(institution.slug) / name
    return institution.privacy.archive_duty or folder.with_name(f"{folder.name}.hold").exists()


def mails(slug: str, person: Person, affected: Iterable[Affected]) -> list[Path]:
    """What the demo's mail server keeps of these editions of an institution, or of the person."""
    digests = {digest for one in affected for name, digest in one.before.items() if name.endswith((".pdf", ".html"))}
    return [path for path in sorted(home.mailbox().glob("*.eml")) if _in_mail(path, slug, person, digests)]


def _in_mail(path: Path, slug: str, person: Person, digests: set[str]) -> bool:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not str(message["List-Id"] or f"<{slug}.").startswith(f"<{slug}."):
        return False  # of another institution
    parts = list(message.walk())
    payloads = [data for part in parts if isinstance(data := part.get_payload(decode=True), bytes)]
    named = any(person.pattern.search(data.decode("utf-8", "replace")) for data in payloads if data[:4] != b"%PDF")
    return named or any(prints.sha256(data) in digests for data in payloads)


def _drawn(institution: Institution, manifest: Mapping[str, Any], document: dict[str, Any]) -> dict[str, bytes]:
    """The pages in the languages that the edition has, whatever is asked for today."""
    names = [name.split(".") for name in manifest["files"] if name.startswith("report.") and name.endswith(".pdf")]
    languages = tuple(sorted({parts[1] for parts in names}))
    stamp = Stamp(int(manifest["revision"]), str(manifest["fingerprint"])[:12])
    try:
        return draw(Job(document, institution, stamp, languages))
    except RenderError as error:
        raise RenderError(f"{error} The erasure is not done: mend that and give the same command again.") from None


def _all(slug: str) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    for path in sorted(home.reports(slug).rglob(MANIFEST)):
        if any(part.startswith(durable.PREFIX) for part in path.parts):
            continue
        try:
            yield path.parent, json.loads(path.read_bytes()), json.loads((path.parent / "metrics.json").read_bytes())
        except (OSError, ValueError):
            raise RenderError(
                f"{path.parent} cannot be read as an edition, so nobody can tell whom it quotes. Run its week again, "
                "or move the folder away."
            ) from None


def _without(value: Any, person: Person) -> Any:
    if isinstance(value, str):
        return person.masked(value, BLACK)
    if isinstance(value, list):
        return [_without(one, person) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, person) for key, one in value.items()}
    return value
