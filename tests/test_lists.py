"""The rows a report shows beside its metrics: who waits, what was solved, what was covered, from heard to solved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks import settings, steps
from tasks.extract import files, landing
from tasks.measure import document
from tasks.period import Week
from tests.world import item, jsonl, settle

SOLVED = {
    "department": "exams",
    "cause": "Twee kolommen waren verwisseld.",
    "action": "Lijst hersteld.",
    "assigned_at": "2026-09-08T11:00:00Z",
    "contacted_at": "2026-09-08T12:00:00Z",
    "resolved_at": "2026-09-09T10:00:00Z",
}


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    slug = settle(monkeypatch, tmp_path)

    def of(*rows: Any, as_of: datetime | None = None) -> dict[str, list[dict[str, Any]]]:
        institution = settings.load(slug)
        week = Week.parse("2026-W37", institution.zone)
        files.receive(institution, jsonl(tmp_path / "in.jsonl", *rows), fetched_at=datetime.now(UTC))
        steps.stage(slug, str(week))
        made: dict[str, list[dict[str, Any]]] = document.build(institution, week, as_of or week.cutoff)["lists"]
        return made

    return of


def test_who_waits_longest_beyond_the_promise_comes_first_and_private_words_are_never_shown(lists: Any) -> None:
    found = lists(
        item("fresh", "2026-09-13T18:00", needs_reply=True),
        item(
            "late",
            "2026-09-08T08:00",
            needs_reply=True,
            text="Een vraag van heel veel woorden die nergens ophoudt hoor",
        ),
        item(
            "ticket", "2026-09-07T08:00", needs_reply=True, kind="ticket_message", visibility="private", text="Geheim"
        ),
        item("older", "2026-08-01T08:00", needs_reply=True),
    )["open_items"]
    assert [(row["item_no"], row["excerpt"], row["overdue"]) for row in found] == [
        ("W37-01", None, True),
        ("W37-02", "Een vraag van heel veel woorden…", True),
        ("W37-03", "Hoi…", False),
    ]


def test_a_solved_case_is_told_and_a_reopened_or_later_solved_one_is_not(lists: Any) -> None:
    found = lists(
        item("told", "2026-09-08T10:00", text="Mijn tentamencijfer klopt niet", case=SOLVED | {"id": "c1"}),
        item("again", "2026-09-08T10:00", case=SOLVED | {"id": "c2", "reopened_at": "2026-09-10T10:00:00Z"}),
        item("later", "2026-09-08T10:00", case=SOLVED | {"id": "c3", "resolved_at": "2026-09-15T10:00:00Z"}),
        item("a", "2026-09-08T10:30", in_reply_to="told", author_kind="own"),
    )["solved_cases"]
    assert [(row["excerpt"], row["cause"], row["resolve_calendar_seconds"]) for row in found] == [
        ("Mijn tentamencijfer…", "Twee kolommen waren verwisseld.", 86_400)
    ]
    assert found[0]["first_answer_at"] == "2026-09-08T12:30:00+02:00"


def test_each_department_has_its_own_rows_beside_the_first_of_all(lists: Any) -> None:
    waiting = [item(f"w{n}", f"2026-09-07T0{n}:00", needs_reply=True, text="Wie neemt er op?") for n in range(9)]
    last = item("last", "2026-09-08T08:00", needs_reply=True, text="Wanneer is het tentamen?")
    found = lists(*waiting, last)["open_items"]
    assert [row["item_no"] for row in found] == [*(f"W37-0{n}" for n in range(1, 7)), "W37-10"]
    assert [row["department"] for row in found] == ["nobody"] * 6 + ["exams"]


def test_a_department_hears_of_topics_that_five_people_wrote_about(lists: Any) -> None:
    def asked(name: str, text: str, many: int) -> list[Any]:
        return [item(f"{name}{n}", f"2026-09-08T1{n}:00", author=f"{name}{n}", text=text) for n in range(many)]

    again = item("again", "2026-09-09T10:00", author="exam0", text="Het tentamen was een ramp")
    found = lists(*asked("exam", "Het tentamen was een ramp", 5), *asked("few", "De wifi in het tentamen", 4), again)
    rows = [row for row in found["department_topics"] if row["department"] == "exams"]
    assert [(row["topic"], row["messages"], row["people"]) for row in rows] == [("exams", 10, 9)]


def test_each_step_from_heard_to_solved_is_a_part_of_the_one_before(lists: Any) -> None:
    found = lists(
        item("solved", "2026-09-08T10:00", needs_reply=True, case=SOLVED | {"id": "c1"}),
        item("a1", "2026-09-08T10:30", in_reply_to="solved", author_kind="own"),
        item("answered", "2026-09-08T10:00", needs_reply=True),
        item("a2", "2026-09-08T10:30", in_reply_to="answered", author_kind="own"),
        item("unanswered", "2026-09-08T10:00", needs_reply=True, case=SOLVED | {"id": "c2", "contacted_at": None}),
        item("remark", "2026-09-08T10:00", needs_reply=False),
    )["funnel"]
    assert {row["step"]: row["n"] for row in found} == {
        "heard": 4,
        "asked": 3,
        "answered": 2,
        "cause_known": 1,
        "solved": 1,
    }


@pytest.mark.parametrize(
    ("statuses", "status", "hours"),
    [
        (["complete", "complete"], "complete", 168),
        (["complete", "failed"], "partial", 84),
        (["failed", "failed"], "failed", 0),
        ([], "handed_in", None),
    ],
)
def test_coverage_is_what_came_of_what_was_asked(
    lists: Any, statuses: list[str], status: str, hours: int | None
) -> None:
    week = Week.parse("2026-W37", settings.load("school").zone)
    for number, one in enumerate(statuses):
        start = week.start + number * timedelta(hours=84)
        end = start + timedelta(hours=84)
        landing.note_window("school", landing.Window("mastodon", start.isoformat(), end.isoformat(), one, ""))
    found = lists(item("q", "2026-09-08T10:00"), "a broken line")["coverage"]
    assert [(row["source"], row["status"], row["covered_hours"], row["items"]) for row in found if row["items"]] == [
        ("mastodon", status, hours, 1)
    ]
    assert sum(row["quarantined"] for row in found) == 1


def test_coverage_counts_the_times_that_are_not_believed(lists: Any) -> None:
    seen = "2026-09-08T10:00:00Z"
    found = lists(item("q", "2026-09-08T10:00", indexed_at=seen), item("r", "2031-01-01T10:00", indexed_at=seen))
    assert [(row["source"], row["items"], row["doubtful_times"]) for row in found["coverage"] if row["items"]] == [
        ("mastodon", 2, 1)
    ]
