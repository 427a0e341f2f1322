"""One case told in full, in the last week: nobody at the study advisers' desk picks up the phone."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.demo.cases import record
from tasks.demo.item import Row, stamp
from tasks.demo.studio import Studio
from tasks.demo.texts import bank


def phone_story(studio: Studio, monday: date) -> None:
    """An angry post; an editor walks over; the adviser calls back; it is solved and stays solved."""
    text: dict[str, str] = bank()["story"]
    start = len(studio.items)

    def at(day: int, hour: int, minute: int) -> int:
        return studio.moment(monday + timedelta(days=day), hour, minute, (minute * 7 + 11) % 60)

    post = studio.ask("mastodon", at(0, 19, 12), text["post"], "nl")
    post.needs_reply = True
    studio.react(post, at(0, 19, 31), text["nudge"], "nl").needs_reply = True
    studio.answer(post, at(0, 19, 47), text["answer"], "nl")
    studio.react(post, at(0, 21, 3), text["sceptic"], "nl").needs_reply = False
    ticket = studio.ask("topdesk", at(1, 8, 52), text["ticket"], "nl")
    ticket.author, ticket.author_kind, ticket.visibility = "servicepunt-overbrugge", "staff", "internal"
    studio.note(ticket, at(1, 9, 26), text["note"])
    studio.answer(post, at(1, 10, 5), text["private"], "nl", private=True)
    studio.react(post, at(1, 15, 38), text["called"], "nl").needs_reply = False
    studio.answer(post, at(1, 16, 2), text["thanks"], "nl")
    case: Row = {"id": studio.cases.next_id(), "department": "student_affairs", "status": "assigned"}
    case["assigned_at"] = stamp(at(0, 19, 49))
    record(post, at(0, 19, 49), case)
    case |= {"cause": text["cause"], "status": "contacted", "contacted_at": stamp(at(1, 11, 14))}
    record(post, at(1, 11, 14), case)
    case |= {"action": text["action"], "status": "resolved", "resolved_at": stamp(at(2, 16, 41))}
    record(post, at(2, 16, 41), case)
    for item in studio.items[start:]:
        item.settled = True
