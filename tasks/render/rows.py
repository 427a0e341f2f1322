"""The lists of the last page: solved cases, what still waits, the sources. Nobody's name, nothing private quoted."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from tasks.checks import GAPS
from tasks.render.facts import Row
from tasks.render.formats import parse_moment
from tasks.render.notes import share
from tasks.render.text import quoted
from tasks.render.trace import traced
from tasks.render.voice import Voice

EXCERPT = 90
TITLE = 62
REMARK = 170


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, or what stands for them; ``language`` only when it differs from the report's."""

    text: Markup
    words: bool
    language: str | None


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One of the four; ``language`` only when it differs from the report's."""

    name: str
    text: Markup
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One solved case as heard → cause → action → outcome."""

    quote: Quote
    source: str
    tag: str
    good: bool
    steps: tuple[CaseStep, ...]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One message that waits for its first answer."""

    number: str
    quote: Quote
    source: str
    department: str
    open: str
    calendar: str
    overdue: bool
    due: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """One source and how much of it was read."""

    name: str
    items: str
    quarantined: str
    late: str
    share: str
    status: str
    complete: bool


def cases(voice: Voice, most: int) -> list[Case]:
    """At most so many cases, in the order measure chose."""
    return [_case(voice, row) for row in voice.facts.listing("solved_cases")[:most]]


def open_items(voice: Voice, most: int) -> list[OpenItem]:
    """At most so many, too late first, then by waiting time."""
    rows = voice.facts.listing("open_items")
    rows.sort(key=lambda row: (not row["overdue"], -(row.get(_waiting(voice)) or 0), str(row["item_no"])))
    return [_open_item(voice, row) for row in rows[:most]]


def coverage(voice: Voice) -> list[Coverage]:
    """Every source, incomplete ones first."""
    rows = voice.facts.listing("coverage")
    rows.sort(key=lambda row: (row["status"] not in GAPS, voice.source(row["source"]).casefold()))
    return [_coverage(voice, row) for row in rows]


def _waiting(voice: Voice) -> str:
    return f"waiting_{voice.facts.clock}_seconds"


def _quote(voice: Voice, row: Row, limit: int) -> Quote:
    text = quoted(row["excerpt"], limit, voice.language) if row.get("excerpt") else Markup()
    if row.get("visibility", "public") != "public" or not text:
        return Quote(escape(voice.say("report.private")), False, None)
    language = row.get("language")
    return Quote(text, True, language if language in ("nl", "en") and language != voice.language else None)


def _case(voice: Voice, row: Row) -> Case:
    say = voice.say
    reopened = bool(row.get("reopened"))
    took = row.get("resolve_calendar_seconds")
    tag = (
        say("cases.reopened")
        if reopened or took is None
        else say("cases.solved_in", duration=voice.duration(took, "calendar"))
    )
    return Case(
        quote=_quote(voice, row, TITLE),
        source=f"{voice.source(row['source'])} · {voice.department(row.get('department'))}",
        tag=tag,
        good=not reopened and took is not None,
        steps=(
            CaseStep(say("cases.heard"), escape(_heard(voice, row))),
            _remark(voice, "cause", row.get("cause")),
            _remark(voice, "action", row.get("action")),
            CaseStep(say("cases.outcome"), escape(_outcome(voice, row))),
        ),
    )


def _heard(voice: Voice, row: Row) -> str:
    heard, source = parse_moment(row["heard_at"]), voice.source(row["source"])
    moment = _capital(voice.formats.moment(heard))
    if not row.get("first_answer_at"):
        return voice.say("cases.heard_silent", moment=moment, source=source)
    waited = traced(
        (parse_moment(row["first_answer_at"]) - heard).total_seconds(), "lists.solved_cases.first_answer_at"
    )
    answered = voice.say("cases.after", duration=voice.duration(waited, "calendar"))
    return voice.say("cases.heard_text", moment=moment, source=source, answered=answered)


def _remark(voice: Voice, step: str, text: object) -> CaseStep:
    """What a department wrote down, which it does in the institution's first language."""
    name, own = voice.say(f"cases.{step}"), voice.institution.institution.languages[0]
    if not text:
        return CaseStep(name, escape(voice.say(f"cases.{step}_missing")))
    return CaseStep(name, quoted(text, REMARK, voice.language), own if own != voice.language else None)


def _outcome(voice: Voice, row: Row) -> str:
    say, moment = voice.say, voice.formats.moment
    parts = (
        [say("cases.solved_text", moment=moment(parse_moment(row["resolved_at"])))] if row.get("resolved_at") else []
    )
    if row.get("with_feedback"):
        parts.append(say("cases.told"))
    elif row.get("contacted_at"):
        parts.append(say("cases.told_at", moment=moment(parse_moment(row["contacted_at"]))))
    else:
        parts.append(say("cases.not_told"))
    if row.get("reopened"):
        parts.append(say("cases.reopened_text"))
    return " ".join(parts)


def _open_item(voice: Voice, row: Row) -> OpenItem:
    overdue = bool(row["overdue"])
    step = "assign" if not row.get("assigned") else "answer_now" if overdue else "answer_in_time"
    waits = {clock: row.get(f"waiting_{clock}_seconds") for clock in ("open", "calendar")}
    unknown = voice.say("report.unknown")
    return OpenItem(
        number=str(row["item_no"]),
        quote=_quote(voice, row, EXCERPT),
        source=voice.source(row["source"]),
        department=voice.department(row.get("department")),
        open=unknown if waits["open"] is None else voice.duration(waits["open"], "open"),
        calendar=unknown if waits["calendar"] is None else voice.duration(waits["calendar"], "calendar"),
        overdue=overdue,
        due=voice.formats.moment(parse_moment(row["due_at"])) if row.get("due_at") else unknown,
        next_step=voice.say(f"open.{step}"),
    )


def _coverage(voice: Voice, row: Row) -> Coverage:
    number = voice.formats.number
    return Coverage(
        name=voice.source(row["source"]),
        items=number(row["items"]),
        quarantined=number(row["quarantined"]),
        late=number(row["late_items"]),
        share=share(voice, row),
        status=voice.say(f"coverage.{row['status']}"),
        complete=row["status"] not in GAPS,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
