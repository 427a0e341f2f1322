"""Made-up mentions in the exchange format: our own demo's sentences with seeded noise, so that no two are alike."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from tasks.bench import world
from tasks.demo.chance import Chance
from tasks.demo.texts import bank
from tasks.extract import landing
from tasks.period import Week

#: What asks for an answer, and what does not.
ASKING, TELLING = ("questions", "complaints"), ("compliments",)
SLOT = re.compile(r"\{(\w+)\}")
#: Of a hundred people so many ask, as in the demo; so many of those get an answer; so many say something in a thread.
ASKING_PCT, ANSWERED_PCT, LATER_PCT = 33, 93, 10
#: Of a hundred texts so many have a handle, a link, a face, a second sentence.
HANDLE_PCT, LINK_PCT, FACE_PCT, MORE_PCT = 12, 6, 15, 20
FACES = ("😡", "😭", "🙄", "😂", "🔥", "👍", "🙏", "🎉", "🥰", "🤔")
#: How a fetch cuts time: pages of this many items.
PAGE_ITEMS = 500


def land(weeks: Sequence[Week], items_a_week: int) -> int:
    """Land so many mentions a week in ``WEERKLANK_HOME``; the same weeks, the same bytes. Returns their number."""
    for week in weeks:
        items = sorted(_items(week, items_a_week), key=lambda item: (item["created_at"], item["id"]))
        for number, first in enumerate(range(0, len(items), PAGE_ITEMS)):
            lines = [json.dumps(item, ensure_ascii=False) for item in items[first : first + PAGE_ITEMS]]
            name = f"{week}-{number}.jsonl"
            fetched_at = week.end.astimezone(UTC)
            landing.land(world.SLUG, "import", name, "\n".join(lines).encode(), fetched_at=fetched_at)
    return len(weeks) * items_a_week


def _items(week: Week, count: int) -> Iterator[dict[str, Any]]:
    chance = Chance("bench", "mentions", str(week))
    start = week.start.astimezone(UTC)
    seconds = int((week.end.astimezone(UTC) - start).total_seconds())
    waiting: list[dict[str, Any]] = []
    opened: list[dict[str, Any]] = []
    for number in range(count):
        item: dict[str, Any] = {
            "id": f"{week}-{number}",
            "source": world.SOURCES[chance.below(len(world.SOURCES))],
            "author": f"person{chance.below(count)}",
        }
        language = "nl" if chance.yes(70) else "en"
        asks = chance.yes(ASKING_PCT)
        at = start + timedelta(seconds=chance.below(seconds))
        if waiting:
            at = _reply(chance, item, waiting.pop(), "own")
        elif opened and chance.yes(LATER_PCT):
            at = _reply(chance, item, opened[chance.below(len(opened))], "public")
        else:
            opened.append(item)
            if asks and chance.yes(ANSWERED_PCT):
                waiting.append(item)
        item["text"] = f"{_text(chance, language, ASKING if asks else TELLING)} {number}"
        item["created_at"] = at.isoformat()
        yield item


def _reply(chance: Chance, item: dict[str, Any], parent: dict[str, Any], author_kind: str) -> datetime:
    """Make an item a reply; returns when it was written, up to a day and a half after its parent."""
    item |= {"kind": "reply", "in_reply_to": parent["id"], "source": parent["source"], "author_kind": author_kind}
    return datetime.fromisoformat(parent["created_at"]) + timedelta(minutes=1 + chance.below(2000))


def _text(chance: Chance, language: str, kinds: tuple[str, ...]) -> str:
    sentences = _sentences(language, kinds)
    said = [_filled(chance, sentences[chance.below(len(sentences))])]
    if chance.yes(MORE_PCT):
        said.append(_filled(chance, sentences[chance.below(len(sentences))]))
    if chance.yes(HANDLE_PCT):
        said.insert(0, f"@overbrugge{chance.below(90)}")
    if chance.yes(LINK_PCT):
        said.append(f"https://social.example/p/{chance.below(10**9)}")
    if chance.yes(FACE_PCT):
        said.append(FACES[chance.below(len(FACES))])
    return _mistyped(chance, " ".join(said))


def _filled(chance: Chance, sentence: str) -> str:
    lists = bank()["words"]["lists"]

    def word(slot: re.Match[str]) -> str:
        found = lists.get(slot[1])
        return found[chance.below(len(found))] if found else slot[1]

    return SLOT.sub(word, sentence)


def _mistyped(chance: Chance, text: str) -> str:
    """One text in three has two letters the wrong way round, so that its words are not all known."""
    if len(text) < 8 or not chance.yes(33):
        return text
    at = chance.below(len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@cache
def _sentences(language: str, kinds: tuple[str, ...]) -> list[str]:
    """Every utterance of the demo about a department, in the order of its files."""
    keys = [f"{language}_{kind}" for kind in kinds]
    return [
        text
        for content in bank().values()
        for part in (content, *content.get("topic", ()))
        for key in keys
        for text in part.get(key, ())
    ]


if __name__ == "__main__":
    print(land(world.weeks(int(sys.argv[1])), int(sys.argv[2])))
