"""Departments, never people: who answers in time, worst first, and only as sure as the interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tasks.render import gone
from tasks.render.trace import traced
from tasks.render.verdict import SMALLEST_GROUP, Reading, Target, against, stands_out
from tasks.render.voice import Voice


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One line of the table, already in words."""

    name: str
    due: str
    on_time: str
    interval: str
    median: str
    net: str
    open: str
    overdue: str
    verdict: str
    emphasis: bool


@dataclass(frozen=True, slots=True)
class DepartmentTable:
    """``rows`` is empty when no department got anything."""

    title: str
    rows: tuple[DepartmentRow, ...]
    total: DepartmentRow


def table(voice: Voice) -> DepartmentTable:
    """The table with its computed title."""
    groups = [group for group in _groups(voice) if _busy(voice, group)]
    ordered = sorted(groups, key=lambda group: _worst_first(voice, group))
    rows = tuple(_row(voice, voice.department(group), "department", group) for group in ordered)
    title = gone.either(lambda: _title(voice), lambda _: voice.say("departments.title_plain"))
    return DepartmentTable(title, rows, _row(voice, voice.say("departments.total"), "all", "all"))


def below_target(voice: Voice) -> list[str]:
    """Names of the departments whose whole interval is below the target, on enough cases to say so aloud."""
    return [name for name, _ in below_target_rows(voice)]


def below_target_rows(voice: Voice) -> list[tuple[str, Reading]]:
    """The same with their figure, worst first."""
    found = [
        (voice.department(group), _reading(voice, group)) for group in _groups(voice) if _missed_aloud(voice, group)
    ]
    return sorted(found, key=lambda pair: (pair[1].value or 0, pair[0]))


def _reading(voice: Voice, group: str) -> Reading:
    return voice.facts.reading("sla_attainment", dimension="department", group=group)


def _missed_aloud(voice: Voice, group: str) -> bool:
    contract = voice.facts.contract("sla_attainment")
    if contract.target is None or contract.good != "up" or not voice.owns(group):
        return False
    compared = sum(_reading(voice, one).rests_on(contract.min_count) for one in _groups(voice))
    return stands_out(_reading(voice, group), contract.target, compared) == "below"


def _groups(voice: Voice) -> list[str]:
    """Every department with any figure this week, and what nobody owns; none when none are set up or one is told of."""
    if not voice.institution.department or voice.facts.department:
        return []
    seen = {group for metric in _known(voice) for group in voice.facts.groups(metric, "department")}
    configured = [department.id for department in voice.institution.department if department.id in seen]
    return configured + sorted(seen - set(configured))


def _busy(voice: Voice, group: str) -> bool:
    heading = {"dimension": "department", "group": group}
    return any(voice.facts.count(metric, **heading) or voice.facts.few(metric, **heading) for metric in _known(voice))


def _known(voice: Voice) -> list[str]:
    """The metrics that say who is busy, as far as they could be measured."""
    return [metric for metric in ("sla_attainment", "backlog", "net_sentiment") if metric not in voice.facts.missing]


def _worst_first(voice: Voice, group: str) -> tuple[bool, float, str]:
    """By the share in time; without any, by name."""
    if "sla_attainment" in voice.facts.missing:
        return True, 0, voice.department(group)
    contract = voice.facts.contract("sla_attainment")
    reading = _reading(voice, group)
    shown = reading.rests_on(contract.min_count) and reading.value is not None
    return not shown, reading.value or 0 if shown else 0, voice.department(group)


def _row(voice: Voice, name: str, dimension: str, group: str) -> DepartmentRow:
    heading = {"dimension": dimension, "group": group}
    absent = voice.say("gone.cell")

    def cell(make: Callable[[], str], otherwise: str = absent) -> str:
        return gone.either(make, lambda _: otherwise)

    return DepartmentRow(
        name=name,
        due=cell(lambda: _count(voice, "sla_attainment", "n", **heading)),
        on_time=cell(lambda: _cell(voice, "sla_attainment", **heading)),
        interval=cell(lambda: _interval(voice, **heading), ""),
        median=cell(lambda: _cell(voice, "first_response_time", **heading)),
        net=cell(lambda: _cell(voice, "net_sentiment", **heading)),
        open=cell(lambda: _count(voice, "backlog", "recent", **heading)),
        overdue=cell(lambda: _count(voice, "backlog", "overdue_recent", **heading)),
        verdict=cell(lambda: _verdict(voice, **heading)),
        emphasis=gone.either(lambda: dimension == "department" and _missed_aloud(voice, group), lambda _: False),
    )


def _interval(voice: Voice, dimension: str, group: str) -> str:
    contract = voice.facts.contract("sla_attainment")
    reading = voice.facts.reading("sla_attainment", dimension=dimension, group=group)
    return voice.interval(reading, contract) if reading.rests_on(contract.min_count) else ""


def _verdict(voice: Voice, dimension: str, group: str) -> str:
    contract = voice.facts.contract("sla_attainment")
    reading = voice.facts.reading("sla_attainment", dimension=dimension, group=group)
    verdict = against(reading, contract.target, contract.good, contract.min_count)
    return voice.say(f"departments.{verdict}") if reading.n else voice.say("report.unknown")


def _count(voice: Voice, metric: str, column: str, dimension: str, group: str) -> str:
    """A count; in a group of fewer than five it would point at people."""
    n = voice.facts.count(metric, column, dimension=dimension, group=group)
    if voice.facts.few(metric, dimension, group):
        return voice.say("report.small")
    small = dimension != "all" and 0 < n < SMALLEST_GROUP
    return voice.say("report.small") if small else voice.formats.number(n)


def _cell(voice: Voice, metric: str, dimension: str, group: str) -> str:
    contract = voice.facts.contract(metric)
    reading = voice.facts.reading(metric, dimension=dimension, group=group)
    if voice.facts.few(metric, dimension, group):
        return voice.say("report.small")
    if reading.n == 0:
        return voice.say("report.unknown")
    if not reading.rests_on(contract.min_count):
        return voice.say("report.few", minimum=voice.formats.number(contract.min_count))
    return voice.value(reading, contract)


def _title(voice: Voice) -> str:
    contract = voice.facts.contract("sla_attainment")
    below: list[str] = below_target(voice)
    if below:
        count = traced(len(below), "sla_attainment: departments below target")
        return voice.say("departments.title_missed", count=count, names=below[0], n=voice.formats.number(count))
    verdicts: list[Target] = [
        against(_reading(voice, group), contract.target, contract.good, contract.min_count) for group in _groups(voice)
    ]
    if "missed" in verdicts or not any(verdict in ("met", "unclear") for verdict in verdicts):
        return voice.say("departments.title_plain")
    return voice.say("departments.title_none")
