"""The job in our SQL, the way the pipeline runs it: promised tables, metric files, their checks."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.bench import job, world
from tasks.bench.plan import METRICS, Plan
from tasks.measure import contract, model, run
from tasks.period import Week


def work(plan: Plan) -> dict[str, pa.Table]:
    """Every metric over the plan's weeks; who is open when and what was promised it works out by itself."""
    institution = world.institution()
    weeks = [Week.parse(name, institution.zone) for name in plan.weeks[1:]]
    periods = [model.Period.of(str(week), "trend", week, week) for week in weeks]
    with model.tables(institution, weeks[0], weeks[-1], periods) as db:
        return {name: run.run(db, contract.load(name)) for name in METRICS}


def save(answer: dict[str, pa.Table], folder: Path) -> None:
    """A file per metric."""
    for name, table in answer.items():
        pq.write_table(table, folder / f"{name}.parquet")


if __name__ == "__main__":
    job.main(work, save)
