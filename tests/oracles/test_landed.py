"""The traps that lie before the conversations: in what is handed in, when, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks import home, lake, settings, steps
from tasks.extract import files
from tasks.measure import contract, document, model
from tasks.period import Week
from tests.world import INSTITUTION, item, jsonl, settle

FETCHED = datetime(2026, 11, 23, tzinfo=UTC)
MONDAY = datetime.fromisoformat("2026-09-07T09:00+02:00")
W37, W38 = "2026-W37", "2026-W38"
Land = Callable[..., None]


@pytest.fixture
def land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Land:
    """Hand in items as one file and stage everything up to a week."""
    settle(monkeypatch, tmp_path)
    count = iter(range(100))

    def one(*items: Any, until: str = W37) -> None:
        path = jsonl(tmp_path / f"page{next(count)}.jsonl", *items)
        files.receive(settings.load("school"), path, fetched_at=FETCHED)
        steps.stage("school", until)

    return one


def figures(first: str, last: str, metric: str = "first_response_time") -> dict[str, dict[str, Any]]:
    """The rows of a metric over a range of weeks, by week."""
    of = settings.load("school")
    weeks = (Week.parse(text, of.zone) for text in (first, last))
    return {row["week"]: row for row in document.for_range(of, contract.load(metric), *weeks, "all")}


def waited() -> dict[datetime, int | None]:
    """Minutes on the calendar until the first answer, None without one, by the moment of asking in week 37."""
    of = settings.load("school")
    week = Week.parse(W37, of.zone)
    with model.tables(of, week, week, [model.Period.of(W37, "trend", week, week)], ["all"]) as db:
        rows = db.sql("SELECT asked_at, if(answered, calendar_seconds // 60, NULL) FROM core.asked").fetchall()
    return dict(rows)


def own(id: str, created_at: str, to: str, **more: Any) -> dict[str, Any]:  # noqa: A002 the format's own word
    return item(id, created_at, in_reply_to=to, author="us", author_kind="own", **more)


def asks(id: str, created_at: str, **more: Any) -> dict[str, Any]:  # noqa: A002
    return item(id, created_at, text="Kan dat?", **more)


def test_a_reply_from_before_its_message_is_set_aside_and_never_counted_as_no_time_at_all(land: Land) -> None:
    land(
        asks("q1", "2026-09-08T10:00"),
        own("a1", "2026-09-08T09:59", "q1"),
        asks("q2", "2026-09-14T03:00"),  # Monday, before the cut-off
        own("a2", "2026-09-13T20:00", "q2"),  # Sunday: in the week before
        until=W38,
    )
    found = figures(W37, W38)
    assert [(found[week]["n"], found[week]["answered"]) for week in (W37, W38)] == [(1, 0), (1, 0)]
    refused = lake.read("quarantine", "school", W37)
    assert refused is not None
    assert [(row["line"], row["reason"]) for row in refused.to_pylist()] == [
        (2, "a reply from before its message"),
        (4, "a reply from before its message"),
    ]


def test_an_edit_keeps_the_episode_and_a_deletion_keeps_the_count(land: Land) -> None:
    """Whatever is edited or deleted later, on either side: who waited, waited, and for as long."""
    land(
        asks("edited", "2026-09-07T08:00"),
        own("a1", "2026-09-07T09:00", "edited"),
        asks("deleted", "2026-09-07T08:01"),
        own("a2", "2026-09-07T09:01", "deleted"),
        asks("answer_deleted", "2026-09-07T08:02"),
        own("a3", "2026-09-07T09:02", "answer_deleted"),
        asks("only_a_note", "2026-09-07T08:03"),
        own("note", "2026-09-07T09:03", "only_a_note", visibility="internal"),
        asks("shared", "2026-09-07T08:04", kind="repost"),
    )
    before = (figures(W37, W37)[W37], waited())
    assert [minutes for _, minutes in sorted(before[1].items())] == [60, 60, 60, None]
    # A tombstone of many platforms: the id, and that it is gone.
    gone = {"source": "mastodon", "created_at": "2026-09-10T12:00:00Z", "deleted": True}
    land(
        asks("edited", "2026-09-07T08:00") | {"text": "Kan dat nu?", "edited_at": "2026-09-07T12:00:00Z"},
        *({"id": one} | gone for one in ("deleted", "a3", "note", "shared")),
    )
    assert (figures(W37, W37)[W37], waited()) == before


def test_only_a_person_of_ours_who_answers_in_public_or_in_private_or_calls_stops_the_clock(land: Land) -> None:
    standard = (
        "Hallo {}, we hebben je bericht in goede orde ontvangen en nemen het zo snel mogelijk in behandeling, team"
    )
    stops: dict[str, list[dict[str, Any]]] = {
        "nobody": [],
        "auto-reply": [{"author_kind": "auto"}],
        "bot": [{"author_kind": "bot"}],
        "the author": [{"author": "a_the author", "author_kind": "public"}],
        "a passer-by": [{"author_kind": "public"}],
        "a note": [{"author_kind": "staff", "visibility": "internal"}],
        **{f"a template {n}": [{"author_kind": "own", "text": standard.format(f"naam{n}")}] for n in range(5)},
        "own account": [{"author_kind": "own"}],
        "a colleague": [{"author_kind": "staff", "author": "exams desk"}],
        "a direct message": [{"author_kind": "own", "visibility": "private"}],
        "a ticket": [{"author_kind": "staff", "visibility": "private", "kind": "ticket_message"}],
        "bot, then a person": [{"author_kind": "bot"}, {"author_kind": "own"}],
        "a call": [],
    }
    called = {"id": "c", "contacted_at": "2026-09-07T08:22:00Z"}
    items = []
    for number, (name, replies) in enumerate(stops.items()):
        case = called if name == "a call" else None
        items.append(asks(name, f"2026-09-07T07:{number:02d}", case=case))
        for place, reply in enumerate(replies):
            at = f"2026-09-07T{8 + place:02d}:{number:02d}"
            items.append(item(f"{name} {place}", at, in_reply_to=name, text="Zeker") | reply)
    land(*items)
    found = waited()
    minutes = {name: found[MONDAY + timedelta(minutes=number)] for number, name in enumerate(stops)}
    assert {name: waiting for name, waiting in minutes.items() if waiting is not None} == {
        "own account": 60,
        "a colleague": 60,
        "a direct message": 60,
        "a ticket": 60,
        "bot, then a person": 120,
        "a call": 66,
    }


def test_a_parent_may_arrive_later_or_never_across_a_weeks_border_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked on Sunday night, answered on Monday morning, asked again below that: handed in forwards and backwards."""
    question = asks("q", "2026-09-13T21:50", author="anna")
    answer = own("a", "2026-09-13T22:10", "q")  # ten past midnight on Monday
    again = asks("again", "2026-09-14T08:00", author="anna", in_reply_to="a")
    last = own("last", "2026-09-14T09:00", "again")
    pages = [[question], [answer, last], [again]]
    seen = set()
    for number, order in enumerate([(0, 1, 2), (2, 1, 0)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        slug = settle(monkeypatch, folder)
        home.key_file(slug).parent.mkdir(parents=True)
        home.key_file(slug).write_bytes(b"one key for all")
        for place in order:
            path = jsonl(folder / f"{place}.jsonl", *pages[place])
            files.receive(settings.load(slug), path, fetched_at=FETCHED)
            steps.stage(slug, W38)
        turns = (lake.read("turns", slug, week) for week in (W37, W38))
        seen.add(str([table.to_pylist() for table in turns if table]))
    assert len(seen) == 1
    for metric, expected in {
        "first_response_time": {W37: (1, 1200), W38: (0, None), "all": (1, 1200)},
        "reply_wait": {W37: (1, 1200), W38: (1, 3600), "all": (2, 1200)},
    }.items():
        found = figures(W37, W38, metric)
        assert {week: (row["n"], row["median_calendar_seconds"]) for week, row in found.items()} == expected
        assert all(figures(week, week, metric)[week] == found[week] for week in (W37, W38))


def test_a_reply_whose_parent_never_comes_is_a_conversation_until_it_does(land: Land) -> None:
    land(asks("below", "2026-09-14T08:00", in_reply_to="lost"), own("a", "2026-09-14T09:00", "below"), until=W38)
    found = figures(W37, W38)
    assert [(found[week]["n"], found[week]["answered"]) for week in (W37, W38)] == [(0, 0), (1, 1)]
    land(asks("lost", "2026-09-11T08:00"), until=W38)  # of the week before, and the first of the conversation
    found = figures(W37, W38)
    assert [(found[week]["n"], found[week]["answered"]) for week in (W37, W38)] == [(1, 0), (0, 0)]


def test_late_rows_change_the_figures_of_the_week_they_belong_to(land: Land) -> None:
    land(asks("q1", "2026-09-08T08:00"), asks("next", "2026-09-15T08:00"), until=W38)
    before = figures(W37, W38)
    land(own("a1", "2026-09-08T10:00", "q1"), asks("q2", "2026-09-09T08:00"), until=W38)
    after = figures(W37, W38)
    assert [(row["n"], row["answered"], row["median_calendar_seconds"]) for row in (before[W37], after[W37])] == [
        (1, 0, None),
        (2, 1, 7200),
    ]
    assert after[W38] == before[W38]


def test_an_institution_may_count_every_conversation_that_somebody_else_opens(
    land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [
        item("remark", "2026-09-08T10:00"),
        item("thanks", "2026-09-08T10:01", needs_reply=False),
        item("below", "2026-09-08T10:02", in_reply_to="remark"),
        item("ours", "2026-09-08T10:03", author_kind="own"),
        item("shared", "2026-09-08T10:04", kind="repost"),
        item("spam", "2026-09-08T10:05", case={"id": "c", "status": "spam"}),
    ]
    land(*items)
    assert figures(W37, W37)[W37]["n"] == 0
    settle(monkeypatch, tmp_path, INSTITUTION + '\n[respond]\neligible = "all"\n')
    steps.stage("school", W37)
    assert figures(W37, W37)[W37]["n"] == 2  # the remark and the thanks


def test_a_line_that_only_tells_of_a_case_is_no_item_and_changes_nothing_but_the_case(land: Land) -> None:
    case = {
        "id": "c",
        "cause": "Rooster",
        "assigned_at": "2026-09-08T11:00:00Z",
        "contacted_at": "2026-09-08T12:00:00Z",
    }
    told = {"kind": "case", "case": case, "text": "Nobody reads this", "author": "nobody", "visibility": "internal"}
    land(
        asks("q", "2026-09-08T10:00", kind="comment", author="a"),
        item("q", "2026-09-08T10:00", **told),
        item("other", "2026-09-08T10:00", **told),  # of which no line tells
        item("late", "2026-09-09T10:00", kind="post", author="b", text="Mooi"),
        item("late", "2026-09-09T08:00", **told),  # by a wrong time
    )
    table = lake.read("mentions", "school", W37)
    assert table is not None
    asked, late = table.to_pylist()
    assert (asked["kind"], asked["text"], asked["direction"], asked["visibility"]) == (
        "comment",
        "Kan dat?",
        "inbound",
        "public",
    )
    assert (asked["case_cause"], asked["line"]) == ("Rooster", 1)
    assert (late["created_at"], late["text"]) == (datetime(2026, 9, 9, 10, tzinfo=UTC), "Mooi")
    assert waited()[datetime(2026, 9, 8, 10, tzinfo=UTC)] == 120
