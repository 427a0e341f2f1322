"""What a change of a metric does: the definition of before and the one of now over the same weeks, side by side."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks import home
from tasks.errors import UsageError
from tasks.measure import contract, document
from tasks.measure.contract import Metric
from tasks.period import Week
from tasks.settings import Institution

BARS = "▁▂▃▄▅▆▇█"
GIT_SECONDS = 20
#: Figures have four decimals (core.share_pct); what is closer than that is the same.
ALIKE = 5e-5


@dataclass(frozen=True, slots=True)
class Line:
    """One week (or "all" of them) and group: the headline and its count before and now; None where there is none."""

    week: str
    group: str
    n_before: int | None
    n_now: int | None
    before: float | None
    now: float | None

    @property
    def differs(self) -> bool:
        return not (_alike(self.before, self.now) and self.n_before == self.n_now)


@dataclass(frozen=True, slots=True)
class Difference:
    """All lines, and the columns that came or went; ``before`` is None of a metric that is new."""

    before: Metric | None
    now: Metric
    lines: list[Line]
    gone: list[str]
    new: list[str]


def base(name: str, ref: str) -> Metric | None:
    """A metric as it was at a Git revision, None when it was not there yet; raises UsageError when there is no such
    revision, MetricError when the metric was broken.
    """
    if ref.startswith("-"):
        raise UsageError(f"“{ref}” is no Git revision.")
    known = _git("rev-parse", "--verify", f"{ref}^{{commit}}")
    if known.returncode:
        said = known.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(f"Git has no revision {ref} ({said}). Another one: --base main~3.")
    path, commit = f"sql/metrics/{name}.sql", known.stdout.decode().strip()
    if not _git("ls-tree", "--full-tree", commit, "--", path).stdout:
        return None
    return contract.parse(name, _git("show", f"{commit}:{path}").stdout)


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(home.SQL.parent), *arguments]
    try:
        return subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"Git does not answer ({error}); the definition of before comes from there.") from None


def compare(
    institution: Institution, before: Metric | None, now: Metric, first: Week, last: Week, by: str = "all"
) -> Difference:
    """Both over the weeks from ``first`` to ``last``, read from the staged lake. Raises MetricError, CheckFailed."""
    rows_now, *rest = document.ranged(institution, (now, before) if before else (now,), first, last, by)
    rows_before: list[dict[str, Any]] = rest[0] if rest else []
    clock = institution.respond.headline_clock
    column_now, column_before = (one.contract.show.on_clock(clock).headline for one in (now, before or now))
    keys = {(row["week"], str(row["group"])): row for row in rows_before}
    keys_now = {(row["week"], str(row["group"])): row for row in rows_now}
    lines = [
        Line(
            week=week,
            group=group,
            n_before=(old := keys.get((week, group), {})).get("n"),
            n_now=(new := keys_now.get((week, group), {})).get("n"),
            before=old.get(column_before),
            now=new.get(column_now),
        )
        for week, group in sorted({*keys, *keys_now}, key=lambda key: (key[0] == "all", key))
    ]
    had, has = ({name for row in rows for name in row} for rows in (rows_before, rows_now))
    return Difference(before, now, lines, sorted(had - has), sorted(has - had))


def sparkline(values: Sequence[float | None], low: float, high: float) -> str:
    """A bar for each value between two bounds; a dot where there is none."""
    step = (high - low) / len(BARS) or 1.0
    return "".join("·" if value is None else BARS[min(len(BARS) - 1, int((value - low) / step))] for value in values)


def told(found: Difference) -> list[str]:
    """The table and its chart, for a terminal."""
    unit = found.now.contract.show.unit
    weekly = [line for line in found.lines if line.week != "all"]
    values = [value for line in weekly for value in (line.before, line.now) if value is not None]
    lines = []
    if values and len({line.group for line in weekly}) == 1:
        low, high = min(values), max(values)
        before, now = ([getattr(line, name) for line in weekly] for name in ("before", "now"))
        drawn = {"before": before, "now": now} if found.before else {"now": now}
        lines += [f"{name:<6}  {sparkline(one, low, high)}" for name, one in drawn.items()]
        lines[0] += f"  {_figure(low)} to {_figure(high)} {unit}"
        lines += [""]
    header, cells = table(found)
    rows = [header, *cells]
    widths = [max(len(row[at]) for row in rows) for at in range(len(header))]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)]
        figures = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join([*names, *figures]).rstrip())
    return [*lines, "", *summary(found)]


def table(found: Difference) -> tuple[list[str], list[list[str]]]:
    """The header and a row of cells for each line."""
    header = ["week", "group", "n before", "n now", "before", "now", "difference"]
    return header, [_cells(line) for line in found.lines]


def summary(found: Difference) -> list[str]:
    """How many lines differ, and which columns came or went."""
    weekly, show = [line for line in found.lines if line.week != "all"], found.now.contract.show
    if found.before is None:
        return [f"A new metric: there is no definition of before ({show.headline}, {show.unit})."]
    changed = sum(line.differs for line in weekly)
    told = [f"{changed} of {len(weekly)} lines differ ({show.headline}, {show.unit})."]
    told += [f"Columns gone: {', '.join(found.gone)}."] if found.gone else []
    told += [f"Columns new: {', '.join(found.new)}."] if found.new else []
    return told


def _cells(line: Line) -> list[str]:
    moved = None if line.before is None or line.now is None else line.now - line.before
    sign = (
        ""
        if not line.differs or line.n_before is None
        else f"{moved:+,.2f}"
        if moved is not None and abs(moved) > ALIKE
        else "*"
    )
    counts = ["" if n is None else str(n) for n in (line.n_before, line.n_now)]
    return [line.week, line.group, *counts, _figure(line.before), _figure(line.now), sign]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _alike(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return bool(abs(one - other) <= ALIKE)
