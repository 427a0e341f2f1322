"""What the oracles share: an institution made of hours alone, and the real core tables over turns made by a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pyarrow as pa

from tasks import warehouse
from tasks.measure import model
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import weeks

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
EVERY_DAY = [*WEEKDAYS, "sat", "sun"]
NINE_TO_FIVE = {"days": WEEKDAYS, "from": "09:00", "until": "17:00"}


def named(*ids: str) -> list[dict[str, Any]]:
    """Departments, or sources, by id."""
    return [{"id": one, "name": {"nl": one, "en": one}} for one in ids]


def institution(
    *hours: Mapping[str, Any],
    closed: Mapping[str, Any] | None = None,
    zone: str = "Europe/Amsterdam",
    country: str | None = "NL",
    departments: Sequence[str] = (),
    sources: Sequence[str] = ("mastodon",),
    **more: Any,
) -> Institution:
    """An institution with these ``[[hours]]`` and ``[closed]`` days; ``more`` are other tables of its file."""
    about = {"name": "Desk", "timezone": zone, "country": country, "languages": ["en"]}
    return Institution.model_validate(
        {
            "slug": "desk",
            "institution": about,
            "hours": list(hours),
            "closed": closed or {},
            "source": [one | {"type": "files"} for one in named(*sources)],
            "department": named(*departments),
            "deliver": {"sender": "a@b.example", "recipients": [{"email": "c@d.example", "language": "en"}]},
        }
        | more
    )


@contextmanager
def measured(
    of: Institution,
    turns: Sequence[Mapping[str, Any]],
    periods: Sequence[model.Period],
    headings: Sequence[str] = ("all",),
) -> Iterator[warehouse.Connection]:
    """The promised tables over ``turns``, rows of ``staging.week_turn`` (asked_at and answered_at aware; see below)."""
    with warehouse.connect(of.zone) as db:
        weeks.nothing(db)
        listed = [_turn(of, number, turn) for number, turn in enumerate(turns)]
        db.register("made", pa.Table.from_pylist(listed))
        db.execute("INSERT INTO staging.week_turn BY NAME SELECT * FROM made")
        model.build(db, of, periods, headings)
        yield db


def _turn(of: Institution, number: int, turn: Mapping[str, Any]) -> dict[str, Any]:
    """One conversation of one message, in the first source and nobody's department unless it says otherwise."""
    return {
        "iso_week": str(Week.containing(turn["asked_at"], of.zone)),
        "ends": False,
        "item_id": f"{number:08d}",
        "thread_key": f"{number:08d}",
        "author": f"{number:08d}",
        "turn_no": 1,
        "messages": 1,
        "source": of.source[0].id,
        "department": "nobody",
    } | dict(turn)


def covering(of: Institution, first: str, last: str) -> list[model.Period]:
    """One period from the start of one week to the cut-off of another."""
    return [model.Period.of("all", "pooled", Week.parse(first, of.zone), Week.parse(last, of.zone))]


def open_seconds(of: Institution, pairs: Sequence[tuple[datetime, datetime]], first: str, last: str) -> list[int]:
    """The open seconds between two moments, for each pair, from the clock that the metrics use."""
    turns = [{"asked_at": asked, "answered_at": answered} for asked, answered in pairs]
    with measured(of, turns, covering(of, first, last)) as db:
        found = db.sql("SELECT answered_place - asked_place FROM core.counted_turn ORDER BY item_id").fetchall()
    return [seconds for (seconds,) in found]
