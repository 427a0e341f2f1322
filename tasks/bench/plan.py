"""What every job is told beforehand: which weeks with which cut-off, who is open when, and what was promised.

The rivals load this file too: at its top it imports only what is light, so that their memory is their own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.period import Week

METRICS = ("first_response_time", "sla_attainment", "response_rate")
#: So many threads for everybody; tasks.warehouse gives our SQL no more.
THREADS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Plain lists, so that each rival makes of them what suits it best; seconds are since 1970, UTC."""

    #: In order; the first is the one before those asked for, whose seven days are over in the first of them.
    weeks: list[str]
    #: Of each of them.
    cutoff_seconds: list[int]
    #: Their partitions in the lake, and that of the week after, which knows the answers of the last Monday.
    messages: list[str]
    turns: list[str]
    #: The number of the opening hours for a department and a source.
    schedules: list[tuple[str, str, int]]
    #: A stretch of opening: schedule, opens, closes; in order of both, the first before anything in the lake.
    stretches: list[tuple[int, int, int]]
    #: On the opening clock.
    target_seconds: int

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def read(path: Path) -> Plan:
    """What ``Plan.write`` wrote."""
    return Plan(**json.loads(path.read_text(encoding="utf-8")))


def of(weeks: Sequence[Week]) -> Plan:
    """The plan for these weeks of the lake of ``WEERKLANK_HOME``."""
    from tasks import lake
    from tasks.bench import world
    from tasks.measure import calendar

    institution = world.institution()
    pairs = [(department, source) for department in world.ALL_DEPARTMENTS for source in world.SOURCES]
    hours = calendar.schedules(institution, pairs)
    numbers = {one: number for number, one in enumerate(dict.fromkeys(hours.values()))}
    first, last = weeks[0].monday - timedelta(weeks=3), weeks[-1].monday + timedelta(weeks=3)
    known = list(weeks[0].shift(-1).until(weeks[-1]))
    touched = [str(week) for week in (*known, weeks[-1].shift(1))]
    return Plan(
        weeks=[str(week) for week in known],
        cutoff_seconds=[_second(week.cutoff) for week in known],
        messages=lake.existing("messages", world.SLUG, touched),
        turns=lake.existing("turns", world.SLUG, touched),
        schedules=[(department, source, numbers[one]) for (department, source), one in hours.items()],
        stretches=[
            (number, _second(opens), _second(closes))
            for one, number in numbers.items()
            for opens, closes in calendar.stretches(institution, one, first, last)
        ],
        target_seconds=round(institution.respond.target_hours * 3600),
    )


def _second(moment: datetime) -> int:
    return round(moment.timestamp())


if __name__ == "__main__":
    from tasks.bench import world

    of(world.weeks(int(sys.argv[1]))).write(Path(sys.argv[2]))
