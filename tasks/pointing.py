"""A fault in a file, as a good compiler tells it: file, line, column, the line itself with a caret, what to write."""

from __future__ import annotations

from dataclasses import dataclass

#: A caret under a whole query helps nobody.
LONGEST_CARET = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """``at`` is where in the file, in bytes of UTF-8; None when nobody can tell. ``hint`` is what to do about it."""

    message: str
    at: int | None = None
    length: int = 1
    hint: str = ""


def pointed(file: str, text: str, fault: Fault) -> str:
    """``sql/metrics/x.sql, line 12, column 7: …``, the line with a caret below, and the hint."""
    if fault.at is None:
        return "\n".join(filter(None, (f"{file}: {fault.message}", _indented(fault.hint))))
    before = text.encode()[: fault.at].decode(errors="ignore")
    number, start = before.count("\n") + 1, before.rfind("\n") + 1
    column, line = len(before) - start, text.split("\n")[before.count("\n")].rstrip()
    carets = "^" * max(1, min(fault.length, LONGEST_CARET, len(line) - column))
    gutter = f"{number:>5} | "
    return "\n".join(
        filter(
            None,
            (
                f"{file}, line {number}, column {column + 1}: {fault.message}",
                f"{gutter}{line}".replace("\t", " "),
                f"{' ' * (len(gutter) - 2)}| {' ' * column}{carets}",
                _indented(fault.hint),
            ),
        )
    )


def _indented(hint: str) -> str:
    return "\n".join(f"  {line}" for line in hint.splitlines())
