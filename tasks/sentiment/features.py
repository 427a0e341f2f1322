"""What a word list and the signs in a text say of its tone, as numbers a head can weigh."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tasks import home

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Words, emoji, emoticons and runs of ! and ?.
TOKEN = re.compile(
    r"[^\W\d_]+(?:['’]t\b)?|[\U0001F300-\U0001FAFF\u2600-\u27BF]|[:;=]'?-?[)(DPp/|\\](?!\w)|<3|[!?]+|\.{2,}|…"
)
EMOTICONS = {
    **dict.fromkeys((":)", ":-)", "=)", ":D", ":-D", "=D", ";)", ";-)", ":P", ":p", "<3", ":-P", ";D"), 0.6),
    **dict.fromkeys((":(", ":-(", "=(", ":'(", ":/", ":-/", ":\\", ":|", ":-|", "=/"), -0.6),
}
#: How many words far a negation reaches, and what it leaves of a word's score: as in sql/staging/20_sentiment.sql.
REACH, TURNED = 3, -0.7
LONG_RUN = re.compile(r"(.)\1{2,}")
NAMES = (
    "score", "positive", "negative", "strongest_positive", "strongest_negative", "last", "any_positive",
    "any_negative", "both", "turned", "denied", "sign_positive", "sign_negative", "exclaims", "asks", "trails",
    "shouts", "length", "links", "accounts", "tags",
)  # fmt: skip


def of(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, len(NAMES)) of cleaned texts, every column between -1 and about 3."""
    import numpy as np

    found = np.zeros((len(texts), len(NAMES)), np.float32)
    for place, text in enumerate(texts):
        found[place] = _row(text)
    return found


def _row(text: str) -> list[float]:
    tokens = TOKEN.findall(text)
    words = [token.lower() for token in tokens]
    scores, signs, denials, turned = _heard(words)
    positive = [score for score in scores if score > 0]
    negative = [score for score in scores if score < 0]
    hits = math.sqrt(len(scores) + 1.0)
    capitals = sum(token.isupper() for token in tokens if len(token) > 2)
    return [
        max(-1.0, min(1.0, sum(scores) / hits)),
        sum(positive) / hits,
        -sum(negative) / hits,
        max(positive, default=0.0),
        -min(negative, default=0.0),
        scores[-1] if scores else 0.0,
        float(bool(positive)),
        float(bool(negative)),
        float(bool(positive and negative)),
        min(turned, 3),
        min(denials, 3),
        min(sum(sign for sign in signs if sign > 0), 3.0),
        min(-sum(sign for sign in signs if sign < 0), 3.0),
        math.log1p(min(text.count("!"), 10)),
        math.log1p(min(text.count("?"), 10)),
        float("..." in text or "…" in text or ".." in text),
        capitals / (len(tokens) + 3.0),
        math.log1p(len(tokens)) / 3.0,
        min(text.count("http"), 2),
        min(text.count("@user"), 3) / 2.0,
        min(text.count("#"), 4) / 2.0,
    ]


def _score(known: dict[str, float], word: str) -> float | None:
    """What the list says: of the word, of "don't" that it turns, of "goooood" what it says of "good"."""
    found = known.get(word)
    if found is not None:
        return found
    if word.endswith(("n't", "n’t")):
        return 0.0
    if LONG_RUN.search(word):
        return known.get(LONG_RUN.sub(r"\1", word), known.get(LONG_RUN.sub(r"\1\1", word)))
    return None


def _heard(words: Sequence[str]) -> tuple[list[float], list[float], int, int]:
    """Scores of words, scores of emoji and emoticons, how many negations there were, how many words they turned."""
    lists = _lists()
    language = _language(words)
    known = lists[language]
    scores: list[float] = []
    signs: list[float] = []
    denials, turned, denied_at = 0, 0, -REACH - 1
    for place, word in enumerate(words):
        sign = EMOTICONS.get(word, EMOTICONS.get(word.upper(), lists["any"].get(word)))
        if sign is not None:
            signs.append(sign)
            scores.append(sign)
            continue
        score = _score(known, word)
        if score is None:
            continue
        if score == 0:
            denials, denied_at = denials + 1, place
        elif place - denied_at <= REACH:
            turned += 1
            scores.append(score * TURNED)
        else:
            scores.append(score)
    return scores, signs, denials, turned


def _language(words: Sequence[str]) -> str:
    """'nl', 'en', or 'und' when neither language's small words are there or both as often."""
    dutch, english = _small_words()
    here = sum(word in dutch for word in words)
    there = sum(word in english for word in words)
    return "nl" if here > there else "en" if there > here else "und"


@functools.cache
def _small_words() -> tuple[frozenset[str], frozenset[str]]:
    import csv

    with (home.SQL / "lexicon" / "stopword.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = {key: {row["word"] for row in rows if row["language"] == key} for key in ("nl", "en")}
    return frozenset(found["nl"] - found["en"]), frozenset(found["en"] - found["nl"])


@functools.cache
def _lists() -> dict[str, dict[str, float]]:
    """{'nl', 'en', 'und', 'any'}: word → score. What both languages have, an unknown language hears as the mean."""
    from tasks.sentiment import lexicon

    rows: list[dict[str, Any]] = lexicon.table().to_pylist()
    found: dict[str, dict[str, float]] = {
        key: {row["word"]: row["score"] for row in rows if row["language"] == key} for key in ("nl", "en", "any")
    }
    both = {**found["en"], **found["nl"]}
    for word in found["en"].keys() & found["nl"].keys():
        both[word] = (found["en"][word] + found["nl"][word]) / 2
    return {**found, "und": both}
