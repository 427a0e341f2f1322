"""Which language a text is in: ``nl`` and ``en``, other languages by their ISO 639-1 code, ``und`` when it cannot tell.

eldc (Apache-2.0) knows 60 languages by their letter sequences. Handles, links, hashtags and masks are no language and
are left out first. Dutch and English are what our people write, so another language must be clearly likelier.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tasks import home

if TYPE_CHECKING:
    from tasks import warehouse

#: What a text in another language is measured against.
HOME = ("nl", "en")
UNKNOWN = "und"
#: So much (of 1) another language must be ahead of ours. Where the text is longer than a line it hardly matters.
AHEAD = 0.15
#: Below so many letters nobody can tell: "Super!" is said in twenty languages.
FEWEST_LETTERS = 8
#: A language is clear from so many characters; the rest of an article costs time only.
ENOUGH = 1000

NOISE = re.compile(r"[@#＠]\S+|https?://\S+|www\.\S+|\[[\w-]+\]|&\w+;")
#: What there is no noise without (RE2): most texts have none of it.
NOISY = r"[@#＠\[&]|://|www\."
NO_LETTERS = re.compile(r"[\W\d_]+")


def of_texts(texts: Sequence[str | None]) -> list[str]:
    """The language of each text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    one = _detector()
    said = [text if text is None else text[:ENOUGH] for text in texts]
    for place in pc.indices_nonzero(pc.match_substring_regex(pa.array(said, pa.string()), NOISY)).to_pylist():
        said[place] = NOISE.sub(" ", said[place] or "")
    return [UNKNOWN if text is None else one(text) for text in said]


def put(db: warehouse.Connection) -> None:
    """Make ``staging.spoken`` (item: number in ``staging.item``, language) of the items' titles and texts.

    What a source says of a language is often an account's setting: it counts only where the text cannot tell.
    """
    import pyarrow as pa

    from tasks import warehouse

    said = db.sql("SELECT concat_ws(' . ', title, text) AS said FROM staging.item ORDER BY rowid").to_arrow_table()
    told = pa.array(of_texts(said["said"].to_pylist()), pa.string())
    warehouse.put(db, "staging.told", pa.table({"item": pa.array(range(len(told))), "language": told}))
    warehouse.run_file(db, home.SQL / "staging" / "spoken.sql")


@functools.cache
def version() -> str:
    """What the answers depend on beside this file."""
    from importlib.metadata import version

    return f"eldc {version('eldc')}"


@functools.cache
def _detector() -> Callable[[str], str]:
    import eldc

    eldc.init()
    every, ours = eldc.instance(), eldc.instance()
    ours.set_languages(list(HOME))

    def detect(said: str) -> str:
        if len(said) < 3 * FEWEST_LETTERS and len(NO_LETTERS.sub("", said)) < FEWEST_LETTERS:
            return UNKNOWN
        found = str(every.detect(said))
        if found in HOME or found == UNKNOWN:
            return found
        likeliest = str(ours.detect(said))
        scores = every.detect_details(said).scores
        ahead = scores.get(found, 0.0) - scores.get(likeliest, 0.0)
        return found if likeliest == UNKNOWN or ahead >= AHEAD else likeliest

    return detect
