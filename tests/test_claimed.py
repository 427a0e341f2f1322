"""A time that only the writer's program claims, beside the platform's own (decision 42)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks import lake, settings, steps
from tasks.extract import exchange, files
from tests.world import item, jsonl, settle

FETCHED = datetime(2026, 11, 23, tzinfo=UTC)
SEEN = "2026-09-08T11:00:00Z"


@pytest.fixture
def land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    slug = settle(monkeypatch, tmp_path)
    count = iter(range(100))

    def one(*rows: dict[str, Any]) -> None:
        path = jsonl(tmp_path / f"page{next(count)}.jsonl", *rows)
        files.receive(settings.load(slug), path, fetched_at=FETCHED)

    return one


def staged(week: str = "2026-W37") -> list[dict[str, Any]]:
    steps.stage("school", week)
    table = lake.read("mentions", "school", week)
    return [] if table is None else table.to_pylist()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("claimed", "used", "doubted"),
    [
        ("10:59:59", "10:59:59", False),
        ("10:00:00", "10:00:00", False),
        ("09:59:59", "11:00:00", True),
        ("11:01:59", "11:00:00", False),
        ("11:02:01", "11:00:00", True),
    ],
)
def test_a_claim_is_believed_within_an_hour_and_never_ahead(claimed: str, used: str, doubted: bool) -> None:
    one = {"id": "1", "source": "bluesky", "created_at": f"2026-09-08T{claimed}Z", "indexed_at": SEEN}
    columns = exchange.judged([one]).columns
    assert columns["created_at"] == [moment(f"2026-09-08T{used}")]
    assert columns["claimed_at"] == [moment(f"2026-09-08T{claimed}") if doubted else None]


def test_a_claim_that_cannot_be_read_is_refused_as_ever() -> None:
    one = {"id": "1", "source": "bluesky", "indexed_at": SEEN}
    assert exchange.judged([one, one | {"created_at": "gisteren"}]).refused == [
        (1, "created_at is missing"),
        (2, "created_at (of the shape xxxxxxxx) is not a time like 2026-11-17T21:14:00+01:00"),
    ]


def test_an_item_lives_in_the_week_in_which_the_platform_saw_it(land: Any) -> None:
    land(item("old", "2023-01-01T10:00", indexed_at=SEEN), item("future", "2031-01-01T10:00", indexed_at=SEEN))
    found = staged()
    assert [one["created_at"] for one in found] == [moment("2026-09-08T11:00")] * 2
    assert {one["claimed_at"] for one in found} == {moment("2023-01-01T10:00"), moment("2031-01-01T10:00")}


def test_04_an_edit_that_moves_the_platforms_time_moves_nothing(land: Any) -> None:
    edited = "2026-09-10T09:00:00Z"
    land(item("q", "2026-09-08T10:30", indexed_at=SEEN))
    land(item("q", "2026-09-08T10:30", indexed_at=edited, text="Anders", edited_at=edited))
    [found] = staged()
    assert (found["created_at"], found["claimed_at"]) == (moment("2026-09-08T10:30"), None)
    assert found["text"] == "Anders"


def test_a_deletion_keeps_the_flag(land: Any) -> None:
    land(item("q", "2023-01-01T10:00", indexed_at=SEEN))
    land(item("q", "2026-09-08T11:00", deleted=True))
    [found] = staged()
    assert (found["deleted"], found["claimed_at"]) == (True, moment("2023-01-01T10:00"))


def test_15_a_reply_that_claims_to_be_older_than_its_message_counts_from_when_it_was_seen(land: Any) -> None:
    land(
        item("q", "2026-09-08T10:59", indexed_at=SEEN),
        item("a", "2026-09-08T08:00", in_reply_to="q", author_kind="own", indexed_at="2026-09-08T12:00:00Z"),
    )
    asked, answered = staged()
    assert answered["created_at"] - asked["created_at"] == moment("2026-09-08T12:00") - moment("2026-09-08T10:59")
    assert answered["claimed_at"] == moment("2026-09-08T08:00")


def test_15_a_reply_that_is_older_by_what_is_believed_is_set_aside(land: Any) -> None:
    land(
        item("q", "2026-09-08T10:59", indexed_at=SEEN),
        item("a", "2026-09-08T10:50", in_reply_to="q", author_kind="own", indexed_at="2026-09-08T11:10:00Z"),
    )
    assert [one["direction"] for one in staged()] == ["inbound"]
    table = lake.read("quarantine", "school", "2026-W37")
    assert table is not None
    assert table.num_rows == 1
