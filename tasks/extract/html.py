"""HTML as a person reads it: text with its line breaks, nothing that can act."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

#: What ends a line, and what ends a paragraph.
BREAKS = dict.fromkeys(("br", "li", "tr", "div"), "\n") | dict.fromkeys(("p", "blockquote", "h1", "h2", "h3"), "\n\n")
SILENT = frozenset({"script", "style", "template", "noscript", "head", "title", "iframe", "object", "svg", "math"})
BLANKS = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*")
MANY = re.compile(r"\n{3,}")
#: What a document of people never needs; lxml takes none of it.
ACTS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
DEEPEST = 200


def text(source: str | None) -> str | None:
    """The words of a piece of HTML, or None when it has none."""
    if not source:
        return None
    if "<" not in source:
        return html.unescape(source).strip() or None
    root = _tree(ACTS.sub("", source))
    if root is None:
        return html.unescape(re.sub(r"<[^<>]*>", " ", source)).strip() or None
    parts: list[str] = []
    _collect(root, parts, 0)
    found = MANY.sub("\n\n", BLANKS.sub("\n", "".join(parts))).strip()
    return found or None


def _tree(source: str) -> Any:
    from lxml import etree

    try:
        # Within an element, so that words before the first tag are words too.
        return etree.fromstring(f"<html><body><div>{source}</div></body></html>", _parser())
    except (etree.LxmlError, ValueError):
        return None


@cache
def _parser() -> Any:
    from lxml import etree

    return etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)


def _collect(node: Any, parts: list[str], depth: int) -> None:
    """Depth first; what is nested deeper than any person writes is left out."""
    if isinstance(node.tag, str) and node.tag not in SILENT and depth < DEEPEST:
        if node.text:
            parts.append(node.text)
        for child in node:
            _collect(child, parts, depth + 1)
        if node.tag in BREAKS:
            parts.append(BREAKS[node.tag])
    if node.tail and depth:
        parts.append(node.tail)
