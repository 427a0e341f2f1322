"""Text written by people, made safe to print: no control or direction marks, no personal data, bounded, in our fonts.

The result is Markup built only from escaped pieces. What our fonts cannot draw becomes the name of its script or the
name of the emoji, so no other font of the machine ever slips in and the same text gives the same bytes everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

import fontTools.unicodedata as scripts
from babel import Locale
from markupsafe import Markup, escape

from tasks.render import fonts
from tasks.render.formats import LOCALES

JOINER, EMOJI_STYLE = "\u200d", "\ufe0f"
#: One emoji as a reader sees it: a flag, or pictures joined together with their skin tones.
PICTURE = "[\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff]"
MODIFIER = f"(?:{EMOJI_STYLE}|[\U0001f3fb-\U0001f3ff])*"
EMOJI = re.compile(
    f"((?:[\U0001f1e6-\U0001f1ff]{{2}}|{PICTURE}{MODIFIER}(?:{JOINER}(?:{PICTURE}|[\u2640\u2642]){MODIFIER})*))"
)
COMBINING = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
#: No word is this long; a column is not as wide either.
LONG_WORD = re.compile(r"(\S{24})\S{8,}")
HIDDEN_WORDS = {
    "nl": {"link": "[link]", "mail": "[e-mailadres]", "name": "[naam]", "number": "[nummer]", "script": "[{} schrift]"},
    "en": {
        "link": "[link]",
        "mail": "[e-mail address]",
        "name": "[name]",
        "number": "[number]",
        "script": "[{} script]",
    },
}
PERSONAL = (
    ("link", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("name", re.compile(r"(?<!\w)@(?:\w[\w.]*(?:@[\w.-]+)?|…)")),
    ("number", re.compile(r"\+?\d(?:[ .-]?\d){5,}")),
)


def clean(text: object, limit: int) -> str:
    """One line of plain text of at most ``limit`` characters, cut at a word, without anything invisible."""
    raw = unicodedata.normalize("NFC", str(text)[: limit * 20])
    kept = (c if c in JOINER + EMOJI_STYLE or unicodedata.category(c)[0] != "C" else _instead(c) for c in raw)
    line = re.sub(r"\s+", " ", COMBINING.sub(r"\1", "".join(kept))).strip()
    return line if len(line) <= limit else _cut(line, limit)


def without_personal_data(text: str, language: str) -> str:
    """Links, addresses, handles and long numbers replaced by a word for them."""
    for kind, pattern in PERSONAL:
        text = pattern.sub(HIDDEN_WORDS[language][kind], text)
    return text


def quoted(text: object, limit: int, language: str) -> Markup:
    """Somebody's words for the report in ``language``."""
    line = without_personal_data(clean(text, limit * 8), language)
    return drawn(clean(LONG_WORD.sub(r"\1…", line), limit), language)


def drawn(line: str, language: str) -> Markup:
    """A clean line as HTML that our own fonts can draw completely."""
    out = Markup()
    for place, piece in enumerate(EMOJI.split(line)):
        out += _emoji(piece) if place % 2 else escape(_in_our_script(piece, language))
    return out


def plain(text: object, limit: int, language: str) -> str:
    """Like ``quoted``, for places that hold text and no markup (alternative text, e-mail)."""
    return drawn(clean(text, limit), language).striptags()


def _instead(character: str) -> str:
    """Line ends and other controls part words; invisible format marks just go."""
    return "" if unicodedata.category(character) == "Cf" else " "


def _cut(line: str, limit: int) -> str:
    part = line[: limit - 1].rstrip(JOINER + EMOJI_STYLE)
    word = part.rfind(" ")
    return (part[:word] if word > limit // 2 else part).rstrip(" ,;:.–-…") + "…"


def _emoji(piece: str) -> Markup:
    points = {ord(c) for c in piece if c not in JOINER + EMOJI_STYLE}
    if points <= fonts.emoji_characters():
        return Markup('<span class="em">{}</span>').format(piece)
    if points <= fonts.characters():
        return escape(piece.replace(EMOJI_STYLE, ""))
    names = [unicodedata.name(c, "").lower() for c in piece if unicodedata.category(c) == "So"]
    return escape(f"[{names[0] if names and names[0] else 'emoji'}]")


def _in_our_script(piece: str, language: str) -> str:
    """Runs of characters outside our fonts become the name of their script, in the reader's language."""
    known = fonts.characters()
    plainer = "".join(_plainer(c, known) for c in piece.replace(JOINER, "").replace(EMOJI_STYLE, ""))
    runs = groupby(plainer, key=lambda c: ord(c) in known)
    line = "".join("".join(run) if ours else _script("".join(run), language) for ours, run in runs)
    return re.sub(r"(\[[^\[\]]+\])(?:\s*\1)+", r"\1", line)


def _plainer(character: str, known: frozenset[int]) -> str:
    """``e`` for an ``ế`` and ``H`` for a fancy ``𝓗``, when our fonts have no better."""
    if ord(character) in known:
        return character
    simple = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return simple if simple and all(ord(c) in known for c in simple) else character


def _script(run: str, language: str) -> str:
    """``[Arabisch schrift]``; nothing for marks and symbols that belong to no script."""
    code = next((c for c in map(scripts.script, run) if c not in ("Zyyy", "Zinh", "Zzzz")), None)
    name = Locale.parse(LOCALES[language]).scripts.get(code) if code else None
    return HIDDEN_WORDS[language]["script"].format(name) if name else ""
