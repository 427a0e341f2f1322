"""Whether answers stay in time, week after week, and who was left waiting: the narrow charts of page 1."""

from __future__ import annotations

from tasks.render.charts.trend import Week, trend
from tasks.render.charts.waiting import Waiting
from tasks.render.charts.waiting import waiting as bars
from tasks.render.facts import Contract
from tasks.render.figure import QUARTERS, Figure
from tasks.render.trace import AXIS, traced
from tasks.render.verdict import Reading, stands_out
from tasks.render.voice import Voice

#: The width of page 1's narrow column, in CSS pixels.
NARROW = 250


def weekly(voice: Voice, height: float, width: float = NARROW) -> Figure:
    """Share in time for every week, with its interval; a week with too few cases leaves a gap."""
    say, facts, formats = voice.say, voice.facts, voice.formats
    contract = facts.contract("sla_attainment")
    subtitle, minimum = say("trend.sub"), formats.number(contract.min_count)
    series = dict(zip(facts.weeks, facts.series("sla_attainment"), strict=True))
    compared = sum(one.rests_on(contract.min_count) for one in series.values())
    weeks = {week: _week(week, one, contract, compared) for week, one in series.items()}
    shares = {week: one.value for week, one in weeks.items() if one.value is not None}
    if not shares:
        return Figure(say("trend.plain"), subtitle, None, "", say("trend.nothing"))
    missed = [week for week, one in weeks.items() if one.missed]
    target = voice.target(contract) if contract.target is not None else ""
    newest = weeks[facts.week].value
    chart = trend(
        list(weeks.values()),
        contract.target,
        say("response.target", target=target) if target else "",
        "" if newest is None else formats.pct(newest),
        [(share, formats.pct(traced(share, AXIS))) for share in _scale(list(weeks.values()), contract.target)],
        _told(voice, shares, missed, target),
        width,
        height,
    )
    read = say("trend.read" if target else "trend.read_plain", minimum=minimum)
    return Figure(_title(voice, bool(target), len(missed), len(shares)), subtitle, chart, read)


def waiting(voice: Voice, height: float, width: float = NARROW) -> Figure:
    """Who still waited on each Monday, of the four weeks before it: counts of everybody, so without an interval."""
    say, facts, number = voice.say, voice.facts, voice.formats.number
    weeks = {
        week: Waiting(
            str(int(week[6:])),
            facts.count("backlog", "recent", week),
            facts.count("backlog", "overdue_recent", week),
        )
        for week in facts.weeks
    }
    subtitle = say("waiting.sub", promise=voice.promise)
    if not any(one.waiting for one in weeks.values()):
        return Figure(say("waiting.title_none"), subtitle, None, "", say("waiting.nothing", weeks=voice.weeks))
    now = weeks[facts.week]
    title = say("waiting.title" if now.overdue else "waiting.title_none", count=now.overdue, n=number(now.overdue))
    told = [
        say(
            "waiting.point",
            week=say("report.week", number=one.label),
            n=number(one.waiting),
            overdue=number(one.overdue),
        )
        for one in weeks.values()
    ]
    newest = say("waiting.newest", n=number(now.waiting), overdue=number(now.overdue))
    chart = bars(list(weeks.values()), newest, say("waiting.alt", values=voice.formats.listed(told)), width, height)
    return Figure(title, subtitle, chart, "")


def _week(week: str, one: Reading, contract: Contract, compared: int) -> Week:
    shown = one.rests_on(contract.min_count) and one.value is not None
    value = one.value if shown else None
    return Week(
        label=str(int(week[6:])),
        value=value,
        low=one.low if one.low is not None else value or 0,
        high=one.high if one.high is not None else value or 0,
        missed=shown and contract.target is not None and stands_out(one, contract.target, compared) == "below",
    )


def _title(voice: Voice, judged: bool, missed: int, shown: int) -> str:
    if not judged:
        return voice.say("trend.plain")
    if not missed:
        return voice.say("trend.never")
    number = voice.formats.number
    told = (
        traced(missed, "sla_attainment: weeks below target"),
        traced(shown, "sla_attainment: weeks with enough cases"),
    )
    return voice.say("trend.missed", count=missed, n=number(told[0]), weeks=number(told[1]))


def _told(voice: Voice, shares: dict[str, float], missed: list[str], target: str) -> str:
    """The chart for who hears it."""
    say, pct = voice.say, voice.formats.pct
    names = voice.formats.listed(say("report.week", number=int(week[6:])) for week in missed)
    return say(
        "trend.alt" if target else "trend.alt_plain",
        weeks=voice.weeks,
        low=pct(min(shares.values())),
        high=pct(max(shares.values())),
        last=pct(list(shares.values())[-1]),
        target=target,
        missed=names or say("trend.nowhere"),
    )


def _scale(weeks: list[Week], target: float | None) -> list[float]:
    """Quarters from the one under the lowest interval up; never less than the upper half."""
    lowest = min(week.low for week in weeks if week.value is not None)
    bottom = min(lowest, 50.0 if target is None else min(target - 1, 50.0))
    return [quarter for quarter in QUARTERS if quarter + 25 > bottom]
