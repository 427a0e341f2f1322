"""The mail's text, as HTML and plain: the report's own sentences and figures in the reader's language."""

from __future__ import annotations

import re
import textwrap
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tasks import home
from tasks.deliver.edition import Edition
from tasks.render.formats import Formats
from tasks.settings import Institution

WIDTH = 72
#: Bounds in characters and rows; the sentences are shorter, but names come from a configuration file.
SUBJECT_LENGTH, LINE_LENGTH, PARAGRAPH_LENGTH, ROWS = 120, 240, 1200, 12


@dataclass(frozen=True, slots=True)
class Words:
    """The mail's own words in one language."""

    language: str
    texts: dict[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """A sentence, filled in. Values are only ever inserted, never read as patterns."""
        return self.texts[name].format(**values)


@cache
def words(language: str, about: str = "mail") -> Words:
    """The words of report_templates/text/<about>.<language>.toml."""
    path = home.TEMPLATES / "text" / f"{about}.{language}.toml"
    return Words(language, tomllib.loads(path.read_text(encoding="utf-8")))


def one_line(text: str, limit: int) -> str:
    """At most ``limit`` characters without line ends, control or direction marks; no-break spaces stay."""
    kinds = ((sign, unicodedata.category(sign)) for sign in text[: limit * 4])
    shown = "".join(" " if kind == "Cc" else sign for sign, kind in kinds if kind == "Cc" or kind[0] != "C")
    line = re.sub(r"[^\S\u00a0]+", " ", shown).strip()
    if len(line) <= limit:
        return line
    head = line[:limit]
    return (head.rsplit(" ", 1)[0].rstrip(" ,;:.–-") if " " in head else head[:-1]) + "…"


def footer(edition: Edition, institution: Institution, language: str) -> str:
    """The line that says which edition this is and for whom."""
    sentence = words(language)(
        "edition",
        classification=getattr(institution.institution.classification, language),
        week=edition.week,
        revision=edition.revision,
        fingerprint=edition.fingerprint[:12],
        as_of=Formats(language, institution.zone).moment(edition.as_of),
    )
    return one_line(sentence, LINE_LENGTH)


def html(template: str, context: dict[str, Any]) -> str:
    """The HTML part, its style on the elements themselves: many mail programs drop style sheets."""
    page = _environment(home.TEMPLATES).get_template(template).render(context)
    return _inliner().inline(page)


def text(template: str, context: dict[str, Any]) -> str:
    """The plain text part, at most `WIDTH` characters wide where words allow."""
    return _environment(home.TEMPLATES).get_template(template).render(context)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


@cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = _wrap
    return environment


def _wrap(line: str, indent: int = 0) -> str:
    """Lines of at most `WIDTH`, all but the first indented; a longer word stays whole."""
    margin = " " * indent
    return textwrap.fill(line, WIDTH, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)
