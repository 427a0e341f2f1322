"""What somebody filled in at the desk, as statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tasks.desk.book import LONGEST, Entry
from tasks.desk.open import Open
from tasks.settings import Institution

#: Buttons of the form, and what each says beside what was filled in.
BUTTONS = ("save", "taken", "contacted", "solved", "reopened", "no_answer", "answer")


Say = Callable[..., None]


class WrongError(ValueError):
    """What cannot be said; its text names the sentence ``wrong_…`` in report_templates/text/desk.*.toml."""


def entries(institution: Institution, one: Open, form: Mapping[str, str], *, by: str, clock: datetime) -> list[Entry]:
    """The statements of one form about one item; raises WrongError. ``at``: when it happened, on the institution's
    clock; empty: now.
    """
    button = form.get("button", "")
    if button not in BUTTONS:
        raise WrongError("button")
    at = _moment(institution, form.get("at", ""), one, clock)
    made: list[Entry] = []

    def say(kind: str, *, department: str | None = None, text: str | None = None) -> None:
        made.append(Entry(one.item, kind, department, text, at, by[:120], clock))

    if button == "no_answer" and not _text(form, "reason"):
        raise WrongError("reason_needed")
    if button == "contacted" and one.case and one.case.contacted_at == at:
        raise WrongError("twice")
    _fields(institution, one, form, say)
    if button == "no_answer":
        say(button, text=_text(form, "reason"))
    elif button != "save":
        say(button)
    if not made:
        raise WrongError("nothing")
    return made


def _fields(institution: Institution, one: Open, form: Mapping[str, str], say: Say) -> None:
    known = {department.id for department in institution.department}
    owner = form.get("owner", "")
    if owner and owner not in known:
        raise WrongError("department")
    if owner and owner != (one.case.department if one.case else None) and (owner != one.department or one.case is None):
        say("owner", department=owner)
    for kind in ("cause", "action"):
        before = (getattr(one.case, kind) if one.case else None) or ""
        if (text := _text(form, kind)) != before:
            say(kind, text=text or None)


def _text(form: Mapping[str, str], name: str) -> str:
    text = " ".join(form.get(name, "").split())
    if len(text) > LONGEST or not (text.isprintable() or not text):
        raise WrongError("too_long")
    return text


def _moment(institution: Institution, told: str, one: Open, clock: datetime) -> datetime:
    if not told:
        return clock
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        raise WrongError("moment") from None
    at = at.replace(tzinfo=institution.zone) if at.tzinfo is None else at
    if not one.item.asked_at <= at <= clock:
        raise WrongError("moment")
    return at
