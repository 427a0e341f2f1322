"""Kinds of arguments that several commands take."""

from __future__ import annotations


def positive(text: str) -> int:
    """A whole number of at least one; argparse tells whoever gives another."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number
