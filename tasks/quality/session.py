"""One person reads the week's sample in a terminal: a text at a time, and never what the machine made of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Sequence

from tasks.errors import UsageError, printable
from tasks.quality import labels
from tasks.quality.labels import Answer, Label
from tasks.quality.sample import Drawn

KEYS: dict[str, Answer] = {"n": "negative", "e": "neutral", "p": "positive", "u": "unclear"}
HELP = """n negative   e neutral   p positive   u unclear   s skip   b back   q quit (go on later)
A topic after the answer corrects the topic: n exams. Judge the tone of the writer, not the news: a polite complaint
is negative, a question that only wants to know is neutral, irony counts as what is meant."""
WIDTH = 100


def ask(
    slug: str,
    week: str,
    by: str,
    drawn: Sequence[Drawn],
    topics: Collection[str],
    hear: Callable[[], str],
    say: Callable[[str], None],
) -> None:
    """Ask for every item of the sample without an answer; each answer is on disk before the next text is shown.

    ``topics`` are those that the institution's taxonomy has. ``hear`` gives a line, or "" when there is nothing more to
    come (which is quitting).
    """
    known = {one.item_id: one for one in labels.read(slug, week, by)}
    given = {item.item_id: known[item.item_id] for item in drawn if _holds(known, item)}
    say(f"{HELP}\n")
    place = _next(drawn, given, -1)
    while place < len(drawn):
        item = drawn[place]
        say(_shown(item, place, len(drawn), given.get(item.item_id)))
        line = hear()
        command, *rest = line.split() or [""]
        if not line or command.lower() == "q":
            break
        if command.lower() == "s" and not rest:
            place = _next(drawn, given, place)
        elif command.lower() == "b" and not rest:
            place = max(place - 1, 0)
        elif command.lower() in KEYS and len(rest) <= 1:
            try:
                topic = labels.topic(rest[0], topics) if rest else None
            except UsageError as error:
                say(f"{printable(str(error))}\n")
                continue
            given[item.item_id] = Label.of(item, by, KEYS[command.lower()], topic)
            labels.save(slug, week, given[item.item_id])
            place = _next(drawn, given, place)
        else:
            say(f"“{printable(line.strip())}” is no answer.\n{HELP}\n")
    left = len(drawn) - len(given)
    say(f"\n{len(given)} of {len(drawn)} answered" + (f"; {left} left for another time." if left else ": done."))


def _holds(known: dict[str, Label], item: Drawn) -> bool:
    """Whether there is an answer to these very words."""
    return item.item_id in known and known[item.item_id].text_key == item.text_key


def _next(drawn: Sequence[Drawn], given: dict[str, Label], place: int) -> int:
    """The next item without an answer; the end when there is none."""
    later = (number for number in range(place + 1, len(drawn)) if drawn[number].item_id not in given)
    return next(later, len(drawn))


def _shown(item: Drawn, place: int, many: int, given: Label | None) -> str:
    lines = [f"— {place + 1} of {many}" + (" · private message" if item.private else "")]
    for line in printable(item.words).splitlines():
        lines += textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if given:
        lines.append(f"  (your answer was: {given.label}{f', {given.topic}' if given.topic else ''})")
    return "\n".join(lines)
