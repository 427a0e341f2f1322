"""What helpdesks and CRMs share: a ticket becomes an item for each message, and its case rides on one of them.

What is said to the person who asked is private: it answers, and nobody quotes it. A note among colleagues is internal,
and never an answer. A ticket that was made of a public post has no opening of its own: its case is the post's
(decision 46). Every helpdesk has its own module that brings its answers into the shapes below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tasks.extract import html, quoted
from tasks.extract.asking import Item
from tasks.extract.envelope import Envelope
from tasks.extract.fields import FIRST_YEAR, LAST_YEAR, BadLine

#: A number above this counts milliseconds since 1970, below it seconds.
MILLISECONDS = 1e11


@dataclass(frozen=True, slots=True)
class Message:
    """``by``: public, staff, bot or auto; ``shown``: the person who asked can read it; ``at``: ISO 8601."""

    id: str
    at: str
    by: str
    shown: bool = True
    author: str | None = None
    text: str | None = None
    edited_at: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """``own`` has the helpdesk's fields by name or path; times are ISO 8601, None where the helpdesk tells none."""

    id: str
    kind: str
    title: str | None = None
    group: str | None = None
    status: str | None = None
    assigned_at: str | None = None
    resolved_at: str | None = None
    reopened_at: str | None = None
    own: Mapping[str, Any] = field(default_factory=dict)


Told = Mapping[str, Any]


def read(
    answer: Envelope,
    ticket: Callable[[Told], Ticket],
    listed: Callable[[Told], Iterable[Told]],
    message: Callable[[Told, Told], Message],
) -> Iterator[Item]:
    """The items of a landed ticket, by how a helpdesk tells of a ticket, where its messages are, and what one is (of
    the message and the whole); or tombstones of one that is gone.
    """
    asked: Mapping[str, str] = answer.about.get("asked", {})
    if asked:
        yield from ({"id": name, "created_at": at, "deleted": True} for name, at in asked.items())
        return
    told = answer.json()
    found, messages = ticket(told), []
    for one in listed(told):
        try:
            messages.append(message(one, told))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a message has another shape than {found.kind} promises ({type(error).__name__})")
    yield from items(found, messages, answer.about)


def items(ticket: Ticket, messages: Sequence[Message], about: Mapping[str, Any]) -> Iterator[Item]:
    """The ticket's messages, oldest first, with its case; ``about`` is the envelope's."""
    table = about.get("table", {})
    listed = sorted(messages, key=lambda one: (one.at, len(one.id), one.id))  # ids grow
    post = about.get("post")
    case = _case(ticket, listed, table)
    if post:
        yield {**post, "kind": "case", "case": case}
    bearer = next((one for one in listed if one.by == "public" and not one.deleted), None)
    for one in listed:
        if one.deleted:
            yield gone(ticket.id, one.id, one.at)
            continue
        opening, copy = one is listed[0], bool(post) and one is listed[0]
        item = {
            "id": native(ticket.id, one.id),
            "kind": "ticket_message",
            "thread_id": ticket.id,
            # Who answers no message in particular answers everybody in the ticket.
            "in_reply_to": native(ticket.id, listed[0].id) if not opening and (post or one.by == "public") else None,
            "author": one.author,
            "author_kind": "bot" if str(one.author).lower() in table.get("robots", ()) else one.by,
            # The post is where the person said it: its copy at the head of a ticket is no second one, and has no words.
            "visibility": "private" if one.shown and not copy else "internal",
            "created_at": one.at,
            "edited_at": one.edited_at if one.edited_at and one.edited_at > one.at else None,
            "title": ticket.title if opening and not copy else None,
            "text": _answered(one.text) if not opening else None if copy else html.text(one.text),
            "case": case if one is (bearer or listed[0]) else None,
        }
        yield {key: value for key, value in item.items() if value is not None}


def _answered(text: str | None) -> str | None:
    """The new words of an answer that came or went by mail, without those that it quotes."""
    words = html.text(text)
    return (quoted.new_words(words) or None) if words else None


def native(ticket: str, message: str) -> str:
    """A message by its ticket, so that a deleted ticket takes its messages along."""
    return f"{ticket}:{message}"


def gone(ticket: str, message: str, at: str) -> Item:
    return {"id": native(ticket, message), "created_at": at, "deleted": True}


def _case(ticket: Ticket, messages: Sequence[Message], table: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever the helpdesk does not tell and no field holds is left out, not guessed. Two moments follow from what
    was written: somebody has a ticket at the latest when a colleague first writes in it, and the person was told at
    the first answer that is not the opening.
    """
    robots = table.get("robots", ())
    ours = [one for one in messages if one.by == "staff" and not one.deleted and str(one.author).lower() not in robots]
    ours = [one for one in ours if one is not messages[0]]
    answers = [one.at for one in ours if one.shown]
    own = {key: value(ticket.own, path) for key, path in table.get("fields", {}).items()}
    group = own.get("department") or ticket.group
    status = own.get("status") or ticket.status
    case: dict[str, Any] = {
        "id": f"{ticket.kind}:{ticket.id}",
        "department": table.get("departments", {}).get(str(group).lower()) if group else None,
        "cause": own.get("cause"),
        "action": own.get("action"),
        "status": table.get("statuses", {}).get(str(status).lower(), status) if status else None,
        "assigned_at": _when(own.get("assigned_at")) or ticket.assigned_at or (ours[0].at if ours else None),
        "contacted_at": _when(own.get("contacted_at")) or (answers[0] if answers else None),
        "resolved_at": ticket.resolved_at,
        "reopened_at": ticket.reopened_at,
    }
    return {key: value for key, value in case.items() if value}


def value(own: Mapping[str, Any], path: str) -> str | None:
    """A value by its name, or by a path through objects (``category.name``); one with a name is its name."""
    found: Any = own.get(path)
    if found is None and "." in path:
        found = own
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, Mapping):
        found = found.get("name")
    if isinstance(found, list):
        found = ", ".join(str(one) for one in found)
    return None if found is None or isinstance(found, bool) or str(found).strip() == "" else str(found).strip()


def _when(told: str | None) -> str | None:
    """A moment that somebody wrote into a field of text; None where it is none."""
    try:
        found = moment(told) if told else None
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= int(found[:4]) < LAST_YEAR else None


def moment(told: Any) -> str:
    """ISO 8601 of a time with its zone, or of seconds (or milliseconds) since 1970; raises ValueError for others."""
    if isinstance(told, bool) or told in (None, ""):
        raise ValueError("no time")
    if isinstance(told, int | float) or str(told).replace(".", "", 1).isdigit():
        seconds = float(told) / 1000 if float(told) > MILLISECONDS else float(told)
        if not 0 <= seconds < MILLISECONDS:
            raise ValueError("a number that is no time")
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    found = datetime.fromisoformat(str(told))
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found.astimezone(UTC).isoformat()


def perhaps(told: Any) -> str | None:
    """The same of a time that may be missing."""
    return None if told in (None, "") else moment(told)
