"""How far the machine's judgement of tone can be trusted: one sentence from what people said of a sample."""

from __future__ import annotations

from typing import Any

from tasks.render.voice import Voice


def checked(voice: Voice) -> str:
    """Beside the sentiment; says so too when nobody has checked. Empty for a document from before there was a check."""
    return " ".join(part for part in (_replaced(voice), _checked(voice)) if part)


def _replaced(voice: Voice) -> str:
    """That another engine than the institution's judged, because that one could not run."""
    tone: dict[str, Any] = voice.facts.document.get("tone") or {}
    judged = {row["judged_by"] for row in tone.get("judged", ())} - {"rating", tone.get("asked")}
    # The word list also speaks where an engine reads nothing, so it alone is a replacement only without any other.
    stand_in = next((one for one in ("student", "lexicon") if one in judged), None)
    if stand_in is None or any(row["judged_by"] == tone["asked"] for row in tone["judged"]):
        return ""
    return voice.say("quality.replaced", used=stand_in, asked=tone["asked"])


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
