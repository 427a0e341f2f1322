"""How far the machine's judgement of tone can be trusted: one sentence from what people said of a sample."""

from __future__ import annotations

from typing import Any

from tasks.checks import stand_in
from tasks.render.voice import Voice


def checked(voice: Voice) -> str:
    """Beside the sentiment; says so too when nobody has checked. Empty for a document from before there was a check."""
    return " ".join(part for part in (_replaced(voice), _checked(voice)) if part)


def _replaced(voice: Voice) -> str:
    """That another engine than the institution's judged, because that one could not run."""
    document = voice.facts.document
    used = stand_in(document)
    return voice.say("quality.replaced", used=used, asked=document["tone"]["asked"]) if used else ""


def _checked(voice: Voice) -> str:
    found = voice.facts.part("quality")
    say, number = voice.say, voice.formats.number
    if not found:
        return ""
    if found["status"] == "none":
        return say("quality.none")
    n = found["labelled"]
    if found["status"] == "too_few":
        return say("quality.too_few", count=n, n=number(n))
    net, precision = found["net"], found["classes"]["negative"]["precision"]
    return say(
        "quality.told",
        count=n,
        n=number(n),
        right=_right(voice, precision) if precision else "",
        net=voice.formats.signed(net["value"]),
        interval=voice.formats.span(net["low"], net["high"], "score"),
    ) + _moved(voice, found["drift"])


def _right(voice: Voice, precision: dict[str, Any]) -> str:
    return voice.say(
        "quality.right",
        value=voice.formats.pct(precision["value"]),
        interval=voice.formats.span(precision["low"], precision["high"], "pct"),
    )


def _moved(voice: Voice, drift: dict[str, Any] | None) -> str:
    """That the machine judges otherwise than in the weeks before; only beyond chance."""
    moved = drift and any(one["moved"] for one in drift["figures"].values())
    return " " + voice.say("quality.moved") if moved else ""
