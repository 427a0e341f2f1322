"""A new metric from the template: a file that works, and cases that hold, to be changed from there."""

from __future__ import annotations

from pathlib import Path

from tasks import durable, home
from tasks.errors import UsageError
from tasks.measure import contract
from tasks.workbench import cases


def start(name: str) -> tuple[Path, Path]:
    """Make both files; raises UsageError for a name that is none, or is taken."""
    if not contract.NAME.fullmatch(name):
        raise UsageError(f"“{name}” is no name for a metric: {contract.NAMED}, like night_share.")
    metric, its_cases = home.SQL / "metrics" / f"{name}.sql", cases.file_of(name)
    for path in (metric, its_cases):
        if path.exists():
            raise UsageError(f"{path.relative_to(home.SQL.parent)} is there already.")
    template = home.SQL / "template"
    durable.write_bytes(metric, (template / "metric.sql").read_bytes())
    durable.write_bytes(its_cases, (template / "cases.toml").read_bytes().replace(b"NAME", name.encode()))
    return metric, its_cases
