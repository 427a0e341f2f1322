"""From landed pages to the lake: one row per item in the week of its own clock, whatever the order of landing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tasks import home, lake, settings, steps
from tasks.extract import files
from tasks.measure import contract, document
from tasks.period import Week
from tests.world import item, jsonl, settle

FETCHED = datetime(2026, 11, 23, tzinfo=UTC)
Land = Callable[..., files.Received]


@pytest.fixture
def land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Land:
    slug = settle(monkeypatch, tmp_path)
    count = iter(range(100))

    def one(*rows: Any) -> files.Received:
        path = jsonl(tmp_path / f"page{next(count)}.jsonl", *rows)
        return files.receive(settings.load(slug), path, fetched_at=FETCHED)

    return one


def mentions(week: str) -> list[dict[str, Any]]:
    table = lake.read("mentions", "school", week)
    return [] if table is None else table.to_pylist()


def bytes_of_the_lake() -> dict[str, str]:
    return {
        str(path.relative_to(home.lake())): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.lake().rglob("*.parquet"))
    }


def test_an_item_lives_in_the_week_of_its_own_local_clock(land: Land) -> None:
    land(item("sunday", "2026-09-13T21:59"), item("monday", "2026-09-13T22:01"))
    steps.stage("school", "2026-W38")
    assert [len(mentions(week)) for week in ("2026-W37", "2026-W38")] == [1, 1]


def test_pages_in_any_order_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [
        [item("q", "2026-09-08T10:00", text="Waar is het tentamen?"), item("q", "2026-09-08T10:00")],
        [item("q", "2026-09-08T10:00", text="Waar is dat tentamen?!", edited_at="2026-09-08T11:00:00Z")],
        [item("late", "2026-09-09T10:00"), item("a", "2026-09-09T12:00", in_reply_to="q", author_kind="own")],
    ]
    seen = set()
    for number, order in enumerate(permutations(pages)):
        folder = tmp_path / str(number)
        folder.mkdir()
        slug = settle(monkeypatch, folder)
        key = home.key_file(slug)
        key.parent.mkdir(parents=True)
        key.write_bytes(b"one key for all")
        for page in order:
            path = jsonl(folder / f"{pages.index(page)}.jsonl", *page)
            files.receive(settings.load(slug), path, fetched_at=FETCHED)
            steps.stage(slug, "2026-W37")  # … and staged in between, as a collection would
        seen.add(str(bytes_of_the_lake()))
    assert len(seen) == 1


def test_the_same_file_twice_changes_nothing(land: Land) -> None:
    land(item("q", "2026-09-08T10:00"))
    steps.stage("school", "2026-W37")
    before = bytes_of_the_lake()
    land(item("q", "2026-09-08T10:00"))
    assert steps.stage("school", "2026-W37")["weeks"] == []
    assert bytes_of_the_lake() == before


def test_a_late_item_changes_its_own_week_and_no_other(land: Land) -> None:
    land(item("first", "2026-09-01T10:00", needs_reply=False), item("second", "2026-09-15T10:00"))
    steps.stage("school", "2026-W38")
    before = bytes_of_the_lake()
    land(item("late", "2026-09-09T10:00", needs_reply=False))
    assert steps.stage("school", "2026-W38")["weeks"] == ["2026-W36", "2026-W37"]
    after = bytes_of_the_lake()
    # W36 is looked at again, since a reply of W36 might be explained by W37, but not one of its rows changes.
    changed = {
        path.split("week=")[1][:8] for path in after if path.startswith("mentions") and after[path] != before[path]
    }
    assert [len(mentions(week)) for week in ("2026-W36", "2026-W37", "2026-W38")] == [1, 1, 1]
    assert "2026-W38" not in changed


def test_an_edit_keeps_the_moment_and_a_deletion_keeps_the_count(land: Land) -> None:
    land(
        item("q", "2026-09-08T10:00", text="Where is the exam?"), item("gone", "2026-09-08T10:00", text="Why no exam?")
    )
    land(
        item("q", "2026-09-08T10:00", text="Where is the retake?", edited_at="2026-09-08T12:00:00Z"),
        item("gone", "2026-09-08T10:00", text=None, author=None, deleted=True),
    )
    steps.stage("school", "2026-W37")
    edited, deleted = sorted(mentions("2026-W37"), key=lambda row: row["deleted"])
    assert (edited["text"], edited["created_at"].astimezone(UTC).hour) == ("Where is the retake?", 10)
    assert (deleted["text"], deleted["eligibility"], deleted["department"]) == (None, "eligible", "exams")


def test_what_cannot_be_used_is_set_aside_with_file_line_and_reason(land: Land) -> None:
    received = land(
        item("ok", "2026-09-08T10:00"),
        {"source": "mastodon", "created_at": "2026-09-08T10:00:00Z"},
        item("no_time", "2026-09-08T10:00") | {"created_at": None},
        item("bad_date", "2026-09-08T10:00") | {"created_at": "08/09/2026 10:00"},
        item("1.23E+18", "2026-09-08T10:00"),
        item("early", "2026-09-08T09:00", in_reply_to="ok", author_kind="own"),
        "no json",
    )
    assert (received.items, [number for number, _ in received.refused]) == (2, [2, 3, 4, 5, 7])
    assert steps.stage("school", "2026-W37") == {"weeks": ["2026-W37", "2026-W38"], "mentions": 1, "quarantined": 6}
    refused = lake.read("quarantine", "school", "2026-W37")
    assert refused is not None
    assert [(row["line"], row["reason"][:30]) for row in refused.to_pylist()] == [
        (2, "id is missing"),
        (3, "created_at is missing"),
        (4, "created_at (of the shape 99/99"),
        (5, "id (of the shape 9.99X+99) was"),
        (6, "a reply from before its messag"),
        (7, "this is not valid JSON"),
    ]


def test_no_handle_name_address_or_profile_reaches_the_lake(land: Land) -> None:
    secret = "marked_person"
    land(
        item(
            secret,
            "2026-09-08T10:00",
            author=secret,
            url=f"https://mastodon.example/@{secret}/1",
            thread_id=secret,
            text=f"Bel @{secret} of @{secret}@mastodon.example, {secret}@school.example, x.com/{secret}, u/{secret}, "
            f"https://social.example/@{secret}/12 of 06 12345678",
        )
    )
    steps.stage("school", "2026-W37")
    for path in home.lake().rglob("*.parquet"):
        assert secret not in str(pq.read_table(path, partitioning=None).to_pylist()), path
        assert b"12345678" not in str(pq.read_table(path, partitioning=None).to_pylist()).encode()
    assert "Bel @… of @…, [e-mail], [link], @…, [link] of [number]" in mentions("2026-W37")[0]["text"]


@pytest.mark.parametrize(
    ("text", "department", "rule"),
    [
        ("Het tentamen viel uit", "exams", "keyword tentamen"),
        ("Hertentamen vergeten", "exams", "topic exams"),
        ("EXAMS!", "exams", "keyword exam"),
        ("De kantine is dicht", None, None),  # the taxonomy's owner of catering is no department of this school
        (None, None, None),
    ],
)
def test_a_keyword_is_the_beginning_of_a_word(
    land: Land, text: str | None, department: str | None, rule: str | None
) -> None:
    land(item("q", "2026-09-08T10:00", text=text))
    steps.stage("school", "2026-W37")
    row = mentions("2026-W37")[0]
    assert (row["department"], row["department_rule"]) == (department, rule)


def test_who_still_waits_is_carried_along_until_answered_and_then_forgotten(land: Land) -> None:
    land(
        item("q", "2026-06-02T10:00", text="Waarom belt niemand terug?"),
        item("x", "2026-10-06T10:00", needs_reply=False),
    )
    land(item("a", "2026-08-04T10:00", in_reply_to="q", author_kind="own"))
    steps.stage("school", "2026-W40")
    weeks = ("2026-W23", "2026-W24", "2026-W32", "2026-W33", "2026-W36", "2026-W37", "2026-W40")
    assert [lake.count("open_before", "school", week) for week in weeks] == [0, 1, 1, 2, 2, 0, 0]


def test_a_typo_in_the_year_does_not_fill_the_years_between_with_empty_weeks(land: Land) -> None:
    land(item("q", "2026-09-08T10:00", text="Waarom belt niemand terug?"))
    land(item("old", "1996-09-08T10:00", text="Een jaartal te vroeg."))
    steps.stage("school", "2026-W37")
    weeks = {path.parent.name for path in home.lake().rglob("part-0.parquet")}
    assert {"week=1996-W36", "week=2026-W37"} < weeks
    assert len(weeks) < 12  # the two, and the weeks in which their threads are still alive
    steps.stage("school", "2026-W37")
    assert {path.parent.name for path in home.lake().rglob("part-0.parquet")} == weeks


def test_a_week_gives_the_same_figures_wherever_the_range_begins(land: Land) -> None:
    land(
        item("q", "2026-08-04T08:00", text="Waarom belt niemand?"),
        item("robot", "2026-08-04T08:01", in_reply_to="q", author_kind="auto"),
        item("answer", "2026-08-11T08:00", in_reply_to="robot", author_kind="own"),
        item("ours", "2026-08-09T12:00", author_kind="own"),
        item("comment", "2026-08-10T12:00", in_reply_to="ours", text="En de ouders dan?"),
        item("again", "2026-08-18T08:00", in_reply_to="answer", author="a_q", text="En nu?"),
    )
    steps.stage("school", "2026-W36")
    institution = settings.load("school")
    last = Week.parse("2026-W36", institution.zone)
    metrics = [contract.load(name) for name in ("backlog", "first_response_time", "mention_volume")]
    seen = []
    for first in (last.shift(-6), last.shift(-3), last.shift(-2), last):
        ranges = document.ranged(institution, metrics, first, last, "all")
        seen.append([next(row for row in rows if row["week"] == "2026-W36") for rows in ranges])
    assert seen == [seen[0]] * 4


def test_tone_and_language(land: Land) -> None:
    told = [
        ("Kut Overbrugge, neemt hier ooit iemand op?", "nl", "negative"),
        ("Niet slecht!", "nl", "positive"),
        ("Dit kan toch niet waar zijn 😡", "nl", "negative"),
        ("Not bad at all, thanks", "en", "positive"),
        ("De open dag was geweldig 😍", "nl", "positive"),
        ("Is the library open on Sunday", "en", "neutral"),
        ("", "und", "unknown"),
        ("12345 !!!", "und", "unknown"),
    ]
    land(*(item(f"q{n}", f"2026-09-08T10:0{n}", text=text, language=None) for n, (text, _, _) in enumerate(told)))
    steps.stage("school", "2026-W37")
    rows = sorted(mentions("2026-W37"), key=lambda row: row["created_at"])
    found = [(text, row["language"], row["sentiment"]) for (text, _, _), row in zip(told, rows, strict=True)]
    assert found == told
