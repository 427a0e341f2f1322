"""One run per ISO week on the institution's own clock; it starts on Monday morning, when the week is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pendulum
from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable
from airflow.utils.types import DagRunType
from pendulum import DateTime

#: A week is reported from this local hour on the Monday after it (tasks/period.py has the same hour).
REPORTING_HOUR = 6


class ReportingWeekTimetable(CronDataIntervalTimetable):
    """Data interval: Monday 00:00 to the next Monday 00:00 in ``timezone``, so 167, 168 or 169 hours; run at 06:00.

    With ``automatic=False`` no run starts by itself; backfills and manual runs are as ever. With ``clock``, manual runs
    believe it is never later than that moment.
    """

    def __init__(self, timezone: str, automatic: bool = True, clock: datetime | None = None) -> None:
        super().__init__("0 0 * * MON", timezone=timezone)
        self.zone, self.automatic, self.clock = timezone, automatic, clock
        self.description = f"Every Monday at 06:00 in {timezone}" if automatic else "Only when asked"

    @property
    def summary(self) -> str:
        """What the list of DAGs shows."""
        return self.description

    def serialize(self) -> dict[str, Any]:
        """For the database; ``deserialize`` reads it back."""
        clock = self.clock.isoformat() if self.clock else None
        return {"timezone": self.zone, "automatic": self.automatic, "clock": clock}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> ReportingWeekTimetable:
        """What ``serialize`` wrote."""
        return cls(data["timezone"], data["automatic"], data["clock"] and datetime.fromisoformat(data["clock"]))

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The next week, with its run at the reporting hour instead of at midnight."""
        # A backfill asks with catchup, whatever the DAG says; the scheduler asks with the DAG's own catchup=False.
        if not self.automatic and not restriction.catchup:
            return None
        info = super().next_dagrun_info(
            last_automated_data_interval=last_automated_data_interval, restriction=restriction
        )
        if info is None or info.data_interval is None:
            return None
        return info._replace(run_after=self._reported_from(info.data_interval))

    def infer_manual_data_interval(self, *, run_after: DateTime) -> DataInterval:
        """The newest week that was reportable at ``run_after``, which for a manual run is its logical date."""
        moment = min(run_after, pendulum.instance(self.clock)) if self.clock else run_after
        week = super().infer_manual_data_interval(run_after=moment)
        if self._reported_from(week) <= moment:
            return week
        return DataInterval(start=self._get_prev(week.start), end=week.start)

    def generate_run_id(
        self, *, run_type: DagRunType, run_after: DateTime, data_interval: DataInterval | None, **extra: Any
    ) -> str:
        """``2026-W47__scheduled__2026-11-23T05:00:00+00:00``: an admin looks for a week.

        A manual run's parameter may name another week than its interval, so its id names none.
        """
        run_id = super().generate_run_id(run_type=run_type, run_after=run_after, data_interval=data_interval, **extra)
        if data_interval is None or run_type == DagRunType.MANUAL:
            return run_id
        return f"{data_interval.start.in_timezone(self.zone).strftime('%G-W%V')}__{run_id}"

    def _reported_from(self, week: DataInterval) -> DateTime:
        return week.end.in_timezone(self.zone).add(hours=REPORTING_HOUR).in_timezone("UTC")


class ReportingWeekPlugin(AirflowPlugin):
    """Makes the timetable known to the scheduler."""

    name = "reporting_week"
    timetables = [ReportingWeekTimetable]
