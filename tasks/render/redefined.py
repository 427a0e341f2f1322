"""Figures that are calculated otherwise than before: said under the tiles, old and new side by side."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.measure.contract import OWN, VOLUME
from tasks.render.verdict import Reading
from tasks.render.voice import Voice


def told(voice: Voice) -> Iterator[str]:
    """A sentence for each metric on these pages whose definition changed in the last four weeks."""
    facts = voice.facts
    shown = (VOLUME, *facts.tiles, *OWN, *facts.shown("chart"), *facts.shown("table"))
    for metric in dict.fromkeys(shown):
        if found := facts.earlier(metric):
            yield _sentence(voice, metric, *found)


def _sentence(voice: Voice, metric: str, since: str, before: Reading | None) -> str:
    contract = voice.facts.contract(metric)
    number, title = int(since[6:]), voice.title(contract)
    if before is None:
        key = "several" if voice.facts.earlier_is_several(metric) else "unknown"
        return voice.say(f"redefined.{key}", title=title, number=number)
    now = voice.value(voice.facts.reading(metric), contract)
    return voice.say("redefined.told", title=title, number=number, now=now, before=voice.value(before, contract))
