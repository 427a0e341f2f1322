"""What happened, in sentences and tiles: the same ones for page 1 and for the e-mail.

Nothing here says more than ``verdict`` allows, and no sentence names a cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tasks.render import attention, headline, paragraphs, tiles
from tasks.render.editor import Editor, editor
from tasks.render.facts import Facts
from tasks.render.formats import parse_moment, week_days
from tasks.render.notes import incomplete
from tasks.render.tiles import Tile
from tasks.render.voice import Voice
from tasks.settings import Institution

__all__ = ["Summary", "Tile", "summary"]


@dataclass(frozen=True, slots=True)
class Summary:
    """``headline`` and ``paragraphs`` are plain text; ``warnings`` name every source that was not read completely;
    ``interim`` says that the week could not be reported as a whole yet, or is empty.
    """

    headline: str
    paragraphs: tuple[str, ...]
    tiles: tuple[Tile, ...]
    attention_title: str
    attention: tuple[str, ...]
    editor: Editor
    warnings: tuple[str, ...]
    period: str
    report_name: str
    interim: str


def summary(document: dict[str, Any], institution: Institution, language: str) -> Summary:
    """The summary of one week in one language."""
    return summarize(Voice(Facts(document, institution), institution, language))


def summarize(voice: Voice) -> Summary:
    """The same, for who has a voice already."""
    say, interim = voice.say, voice.facts.interim
    name = say(f"{voice.part}.name", name=voice.subject)
    moment = voice.formats.moment(parse_moment(voice.facts.document["as_of"]))
    return Summary(
        headline=headline.headline(voice),
        paragraphs=tuple(paragraphs.paragraphs(voice)),
        tiles=tuple(tiles.tiles(voice)),
        attention_title=say("attention.title"),
        attention=tuple(attention.attention(voice)),
        editor=editor(voice),
        warnings=tuple(incomplete(voice)),
        period=say("report.period", number=voice.number, days=voice.formats.days(*week_days(voice.facts.week))),
        report_name=say("interim.name", name=name, moment=moment) if interim else name,
        interim=say("interim.told", number=voice.number, moment=moment) if interim else "",
    )
