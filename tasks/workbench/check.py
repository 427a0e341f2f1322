"""Is a metric fit to be merged? Its contract, its SQL against the real tables, and its cases, in a few seconds."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from tasks.errors import MetricError, WeerklankError
from tasks.measure import contract
from tasks.measure.contract import Metric
from tasks.workbench import cases, cost, lint, trial
from tasks.workbench.cases import Case
from tasks.workbench.trial import Outcome

#: What every metric must have thought of.
KINDS = ("quiet week", "one-message week")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``told`` says what was found, or what is wrong and what to do."""

    subject: str
    ok: bool
    told: str


def check(name: str) -> Iterator[Finding]:
    """The findings about one metric, the first fault of each kind; what cannot be looked at any more is left out."""
    try:
        metric = contract.load(name)
    except MetricError as error:
        yield Finding("contract", False, str(error))
        return
    show = metric.contract.show
    yield Finding("contract", True, f"{metric.contract.title.en}: {show.headline}, {show.unit}")
    with lint.Style(metric) as style:
        fit = yield from _runs(metric)
        yield from _cost(metric, fit)
        if fit:  # of SQL that does not run, the style says nothing new
            yield from _style(style)


def _runs(metric: Metric) -> Generator[Finding, None, bool]:
    """The SQL against the real tables, and the cases; returns whether it runs."""
    try:
        listed = cases.load(metric.name)
    except MetricError as error:
        yield Finding("cases", False, str(error))
        return False
    held = 0
    for case, found in trial.outcomes(listed, metric):
        if isinstance(found, WeerklankError):
            yield Finding("SQL" if not held else "cases", False, f"{found}\n  in the case “{case.name}”")
            return False
        held += found.holds
        if not found.holds:
            yield Finding("cases", False, _differs(case, found))
    if held == len(listed):
        yield Finding("SQL", True, f"reads {', '.join(metric.contract.reads)}")
        yield Finding("cases", True, f"{held} hold")
    for kind in KINDS:
        if not any(kind in case.name for case in listed):
            told = f"tests/metrics/{metric.name}.toml: no case has “{kind}” in its name; add one."
            yield Finding("cases", False, told)
    return True


def _style(style: lint.Style) -> Iterator[Finding]:
    """Remarks are faults, as the tests would call them so."""
    remarks = style.remarks()
    if remarks:
        yield Finding("style", False, "\n".join(remarks))
    elif remarks is not None:
        yield Finding("style", True, "sqlfluff has no remarks")


def _cost(metric: Metric, fit: bool) -> Iterator[Finding]:
    """How it joins, which may be why it does not run; of one that does, also what a thousand messages take."""
    told = [_joins(metric)]
    try:
        if fit:
            found = cost.measured(metric)
            told += [f"{cost.MESSAGES:,} messages take {found.seconds:.2f} s and make {found.rows:,} rows on the way"]
    except MetricError as error:
        yield Finding("cost", False, str(error))
        return
    if any(told):
        yield Finding("cost", True, "; ".join(filter(None, told)))


def _joins(metric: Metric) -> str:
    counted = cost.joins(metric)
    if counted is None:
        return ""
    own, crossed = counted
    if not own:
        return "reads one table, joins none"
    return f"joins {own}, {crossed} of them every row with every other" if crossed else f"joins {own}, all on keys"


def _differs(case: Case, found: Outcome) -> str:
    """Both tables below each other, with a mark at every line that differs."""
    lines = [f"tests/metrics/{case.metric}.toml: the case “{case.name}” does not hold"]
    table: list[Sequence[str | None]] = [found.columns, *found.expected, *found.got]
    widths = [max(len(row[at] or "") for row in table) for at in range(len(found.columns))]

    def line(mark: str, row: Sequence[str | None]) -> str:
        cells = " | ".join((cell or "").ljust(width) for cell, width in zip(row, widths, strict=True))
        return f"  {mark} {cells}".rstrip()

    lines.append(line("         ", found.columns))
    for at in range(max(len(found.expected), len(found.got))):
        expected = found.expected[at] if at < len(found.expected) else None
        got = found.got[at] if at < len(found.got) else None
        if expected == got and got is not None:
            lines.append(line("         ", got))
            continue
        lines += [line("expected:", expected)] if expected is not None else []
        lines += [line("got:     ", got)] if got is not None else []
    return "\n".join(lines)
