"""What the data tests found, in one line beside the sources."""

from __future__ import annotations

from typing import Any

from tasks.render.text import plain
from tasks.render.voice import Voice

#: Characters of what a data test is called.
LONGEST = 90


def tested(voice: Voice) -> str:
    """What was found, and what was put right by hand; empty for a document without any."""
    return " ".join(filter(None, (_tested(voice), _corrected(voice))))


def _corrected(voice: Voice) -> str:
    n = voice.facts.part("corrections").get("applied", 0)
    return voice.say("tested.corrected", count=n, n=voice.formats.number(n)) if n else ""


def _tested(voice: Voice) -> str:
    told: dict[str, Any] = voice.facts.part("checks")
    if not told.get("run"):
        return ""
    say, number = voice.say, voice.formats.number
    things = [
        say("tested.item", rows=number(one["rows"]), title=plain(one["title"][voice.language], LONGEST, voice.language))
        for one in told["found"]
    ]
    if things:
        return say("tested.found", things=voice.formats.listed(things))
    gone = any(name.startswith("checks.") for name in voice.facts.missing)
    return "" if gone else say("tested.nothing", count=told["run"], n=number(told["run"]))
