"""From heard to solved: the funnel of page 2."""

from __future__ import annotations

from tasks.render import gone
from tasks.render.charts.funnel import Bar, funnel
from tasks.render.figure import Figure
from tasks.render.trace import traced
from tasks.render.voice import Voice

#: Under so many no share is told, where the metric that says so cannot be had.
FEWEST = 10
ORDER = ("heard", "asked", "answered", "cause_known", "solved")


def from_heard_to_solved(voice: Voice) -> Figure:
    """The five steps in order; a share only of ten or more, and never of a smaller step."""
    say, number = voice.say, voice.formats.number
    counts = {
        str(row["step"]): traced(int(row["n"] or 0), f"lists.funnel {row['step']}")
        for row in voice.facts.listing("funnel")
    }
    if not counts.get("heard"):
        return Figure(say("funnel.title"), say("funnel.sub"), None, "", say("funnel.nothing"))
    minimum = gone.either(lambda: voice.facts.contract("sla_attainment").min_count, lambda _: FEWEST)
    bars, above = [], 0
    for step in ORDER:
        n = counts.get(step, 0)
        share = (
            voice.formats.pct(traced(100 * n / above, f"lists.funnel {step} of the step above"))
            if above >= max(minimum, 1) and n <= above
            else ""
        )
        bars.append(Bar(say(f"funnel.{step}"), n, number(n), share))
        above = n
    values = voice.formats.listed(f"{bar.label} {bar.text}" for bar in bars)
    solved, asked = counts.get("solved", 0), counts.get("asked", 0)
    title = say("funnel.title_solved", solved=number(solved), asked=number(asked)) if asked else say("funnel.title")
    return Figure(title, say("funnel.sub"), funnel(bars, say("funnel.alt", values=values)), "")


def repeated(voice: Voice) -> str:
    """How many cases had a cause that came before; nothing where none did, or where that is not known."""
    row = gone.either(lambda: voice.facts.row("loop_closure", voice.facts.week), lambda _: {})
    again, known = row.get("repeat_causes"), row.get("with_cause")
    if not again or not known:
        return ""
    number = voice.formats.number
    return voice.say("cases.repeated", count=again, n=number(again), total=number(known))
