"""The new words of a mail: without what it quotes, without its signature, and without what Dutch and English mail
programs put above a quote.

Line by line and in one pass: what strangers send must not make a pattern search for minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

#: Op ma 23 nov 2026 om 10:15 schreef Anna <anna@school.example>:  /  On Mon, 23 Nov 2026, Anna wrote:
WROTE = re.compile(r"^(?:On|Op)\s.{6,300}?\s(?:wrote|schreef(?:\s.{1,200})?)\s*:$", re.IGNORECASE)
WROTE_BEGINS = re.compile(r"^(?:On|Op)\s\D{0,40}\d", re.IGNORECASE)
#: 2026-11-23 10:15 GMT+01:00 Anna <anna@school.example>:
DATED = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d .{1,200}:$")
SEPARATOR = re.compile(
    r"^-{2,}\s*(?:original message|oorspronkelijk(?:e)? bericht|forwarded (?:message|by).{0,80}|"
    r"doorgestuurd bericht|bericht van .{1,80})\s*-{0,}$",
    re.IGNORECASE,
)
FORWARD = re.compile(r"^(?:begin doorgestuurd bericht|begin forwarded message)\s*:$", re.IGNORECASE)
#: The block of headers that Outlook puts above what it quotes: a first line, and two more of them in the next few.
FROM = re.compile(r"^\W{0,3}(?:van|from)\W{0,2}:\*{0,2}\s", re.IGNORECASE)
HEADER = re.compile(
    r"^\W{0,3}(?:verzonden|sent|datum|date|aan|to|cc|onderwerp|subject|beantwoorden|reply-to)\W{0,2}:", re.IGNORECASE
)
RULE = re.compile(r"^_{10,}$")
SIGNATURE = re.compile(
    r"^(?:--|verzonden vanaf mijn .{1,40}|verstuurd vanaf (?:mijn|outlook) .{1,40}|sent from (?:my|outlook) .{1,40}|"
    r"(?:outlook|get outlook) voor? (?:ios|android).{0,80}|get outlook for (?:ios|android).{0,80})$",
    re.IGNORECASE,
)
LINES_OF_A_HEADER = 6
LONGEST_LINE = 1000


def new_words(text: str) -> str:
    """What the writer of this mail wrote now; empty when everything is quoted."""
    lines = [line.rstrip()[:LONGEST_LINE] for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = list(_kept(lines))
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join(kept).strip()


def _kept(lines: Sequence[str]) -> Iterator[str]:
    """Up to the end, or to where all that follows is somebody else's; answers between quoted lines stay."""
    place = 0
    while place < len(lines):
        line = lines[place]
        bare = line.strip().strip("*")
        if bare.startswith(">"):
            place += 1
        elif taken := _wrote(lines, place):
            place += taken
        elif _ends(lines, place, bare):
            return
        else:
            yield line
            place += 1


def _wrote(lines: Sequence[str], place: int) -> int:
    """How many lines say who wrote what is quoted below: programs break long ones; none where something else stands."""
    bare = lines[place].strip()
    if DATED.match(bare):
        return 1
    if not WROTE_BEGINS.match(bare):
        return 0
    for count in (1, 2, 3):
        if not all(line.strip() for line in lines[place : place + count]):
            return 0
        together = " ".join(line.strip() for line in lines[place : place + count])
        if together.endswith(":") and WROTE.match(together):
            return count
    return 0


def _ends(lines: Sequence[str], place: int, bare: str) -> bool:
    if SEPARATOR.match(bare) or FORWARD.match(bare) or SIGNATURE.match(bare):
        return True
    if RULE.match(bare):
        return any(FROM.match(line.strip()) for line in lines[place + 1 : place + 3])
    if not FROM.match(bare):
        return False
    return sum(bool(HEADER.match(line.strip())) for line in lines[place + 1 : place + LINES_OF_A_HEADER]) >= 2
