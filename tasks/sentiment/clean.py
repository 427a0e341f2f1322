"""What the engines read of a text: the words, without what says who or where."""

from __future__ import annotations

import html
import re

#: A post is judged by its beginning: the language model takes seconds for what is longer, and a tone is set by then.
MAX_CHARACTERS = 2000
#: Exports of tweets carry characters as ``\u2019``, and quotes as ``\"``.
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
QUOTED = re.compile(r'"*\\+"+')
#: As people write them and as our masks do (tasks/stage/privacy.py).
LINK = re.compile(r"https?:\s?//\S+|\bwww\.\S+|\bhttp\b|\[link\]")
#: An account, but not the second half of an e-mail address.
ACCOUNT = re.compile(r"(?<![\w.])@(?:\w+|…)")
#: What our masks leave of an address or a number says nothing.
MASKED = re.compile(r"\[(?:e-mail|number)\]")
#: Spaces of any kind, and what ends a string in C.
SPACE = re.compile(r"[\s\x00]+")
SIGNS = r"[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50]|[:;=]['’]?-?[()DPp/|]|<3"
WORD_OR_SIGN = re.compile(rf"[^\W\d_]|{SIGNS}")
LATIN_OR_SIGN = re.compile(rf"[A-Za-z\u00C0-\u024F]|{SIGNS}")


def cleaned(text: str) -> str:
    """One line of at most MAX_CHARACTERS: escapes undone, links as ``http``, accounts as ``@user``.

    Links and accounts are replaced, not dropped: they keep their place in the sentence, and one name weighs nothing.
    """
    text = QUOTED.sub('"', ESCAPED.sub(_character, text))
    text = html.unescape(html.unescape(text))  # exports escape once, and whoever exports them again twice
    text = SPACE.sub(" ", ACCOUNT.sub("@user", LINK.sub("http", MASKED.sub(" ", text)))).strip()
    # Half an emoji, cut off by somebody else, cannot be written as UTF-8.
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def says_something(text: str) -> bool:
    """Whether a cleaned text has a word, an emoji or a face besides links and accounts: figures say nothing."""
    return WORD_OR_SIGN.search(text.replace("http", " ").replace("@user", " ")) is not None


def in_latin(text: str) -> bool:
    """Whether it says something to who reads Latin letters and emoji only."""
    return LATIN_OR_SIGN.search(text.replace("http", " ").replace("@user", " ")) is not None
