"""The institution's own labels as texts to learn from."""

from __future__ import annotations

import re
from pathlib import Path

from tasks.period import Week
from tasks.privacy import journal
from tasks.quality import labels, sample, sheet
from tasks.settings import Institution

#: A reply begins with whom it is to, masked; that says nothing of its tone, and a spreadsheet would run it.
ADDRESSED = re.compile(r"^(?:@…\s*)+")


def texts(institution: Institution, *, private: bool = False) -> tuple[list[str], list[str]]:
    """Every text that was labelled in any week, and its label (negative, neutral, positive), in a fixed order.

    Only answers to the words as they are now; not those that were unclear or that people differ on; private messages
    only when asked for.
    """
    found: list[tuple[str, str]] = []
    for name in labels.weeks(institution.slug):
        answers: dict[tuple[str, str], set[str]] = {}
        for one in labels.read(institution.slug, name):
            answers.setdefault((one.item_id, one.text_key), set()).add(one.label)
        with sample.readable(institution, Week.parse(name, institution.zone)) as db:
            rows = sample.query(db, "words").to_pylist()
        for row in rows:
            said = answers.get((row["item_id"], row["text_key"]), set())
            if len(said) == 1 and "unclear" not in said and (private or row["visibility"] == "public"):
                found.append((row["words"], said.pop()))
    return [text for text, _ in found], [label for _, label in found]


def write(institution: Institution, path: Path, *, private: bool = False) -> int:
    """The same as a file with the columns text and label, which ``./weerklank train`` reads; how many there are."""
    rows = [
        (sheet.inert(ADDRESSED.sub("", " ".join(text.split()))), label)
        for text, label in zip(*texts(institution, private=private), strict=True)
    ]
    journal.note(institution.slug, "label --train", len(rows))
    sheet.save(path, ("text", "label"), rows)
    return len(rows)
