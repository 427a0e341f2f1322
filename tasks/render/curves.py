"""How long an answer takes: the curve on page 1."""

from __future__ import annotations

from tasks.render import gone
from tasks.render.charts.response import REACH, Labels, Step, response
from tasks.render.facts import BASE
from tasks.render.figure import QUARTERS, Figure
from tasks.render.trace import AXIS, traced
from tasks.render.voice import Voice


def answers(voice: Voice, height: float) -> Figure:
    """The response curve of this week beside the base."""
    say, facts, number = voice.say, voice.facts, voice.formats.number
    contract, reading = facts.contract("first_response_time"), facts.reading("first_response_time")
    subtitle = say("response.sub", clock=voice.clock)
    now = _steps(voice, facts.week)
    if not reading.rests_on(contract.min_count) or not now:
        enough = reading.rests_on(contract.min_count)
        key = "response.unanswered" if enough else "response.few" if reading.n else "response.nothing"
        minimum = number(contract.min_count)
        nothing = say(key, count=reading.n, n=number(reading.n), minimum=minimum, week=voice.week)
        return Figure(say("response.title_few"), subtitle, None, "", nothing)
    before = (
        _steps(voice, BASE) if facts.base and facts.reading("first_response_time", BASE).n >= contract.min_count else []
    )
    if reading.value is not None:
        title = say("response.title", value=voice.duration(reading.value))
    else:
        followed = reading.followed if reading.followed is not None else now[-1].seconds
        title = say("response.title_open_end", value=voice.duration(followed))
    sla = gone.either(lambda: facts.contract("sla_attainment"), lambda _: None)
    seconds = voice.institution.respond.target_hours * 3600
    labels = Labels(
        title=_curve_words(voice, now, before, seconds),
        now=voice.week,
        band=say("response.band"),
        before=voice.base if before else "",
        promise=say("response.norm", hours=voice.promise_short),
        target=say("response.target", target=voice.target(sla)) if sla and sla.target is not None else "",
        ticks=tuple((at, voice.formats.duration(traced(at, AXIS)) if at else "0") for at in _ticks(seconds)),
        shares=tuple((share, voice.formats.pct(traced(share, AXIS))) for share in QUARTERS),
    )
    return Figure(
        title,
        subtitle,
        response(now, before, seconds, sla.target if sla else None, labels, height=height),
        say("response.read", week=voice.week),
    )


def _steps(voice: Voice, week: str) -> list[Step]:
    rows = voice.facts.rows("answer_curve", week=week, dimension="all", clock=voice.facts.clock)
    steps = [
        Step(
            float(row["seconds"]),
            row["share_pct"],
            _or(row["low_pct"], row["share_pct"]),
            _or(row["high_pct"], row["share_pct"]),
        )
        for row in rows
        if row["seconds"] is not None and row["share_pct"] is not None
    ]
    return sorted(steps, key=lambda step: step.seconds)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _ticks(promise_seconds: float) -> list[float]:
    """Every half promise on the time axis, so that the promise itself is a tick."""
    return [promise_seconds * half / 2 for half in range(2 * REACH + 1)]


def _curve_words(voice: Voice, now: list[Step], before: list[Step], promise_seconds: float) -> str:
    times = (promise_seconds / 2, promise_seconds, promise_seconds * REACH)

    def points(steps: list[Step]) -> str:
        told = []
        for at in times:
            share = next((step.share for step in reversed(steps) if step.seconds <= at), traced(0.0, "answer_curve"))
            hours = voice.formats.duration(traced(at, AXIS))
            told.append(voice.say("response.point", share=voice.formats.pct(share), hours=hours))
        return voice.formats.listed(told)

    things = voice.things(2)
    if not before:
        return voice.say("response.alt_no_base", things=things, clock=voice.clock, week=voice.week, points=points(now))
    return voice.say(
        "response.alt",
        things=things,
        clock=voice.clock,
        week=voice.week,
        points=points(now),
        weeks=voice.base,
        base_points=points(before),
    )
