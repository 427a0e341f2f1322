"""Moments as people and tools write them, to RFC 3339.

A local time has two clocks to go wrong by. The hour that comes twice in autumn is read as its first, so that an answer
seems an hour slower rather than faster than it was; the hour that never was in spring as the clock told it that was not
put forward yet. A map may say otherwise ([time] twice, missing).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tasks.extract.fields import RFC3339
from tasks.imports.column_map import Time

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari", "feb february februari", "mar mrt march maart", "apr april", "may mei",
            "jun june juni", "jul july juli", "aug august augustus", "sep sept september", "oct okt october oktober",
            "nov november", "dec december",
        ), 1)
    for name in names.split()
}  # fmt: skip
_NAME = r"[^\W\d]{2,10}"
_NUMBER, _TWO = "[0-9]{1,2}", "[0-9]{2}"
_PART = r"[-/.\s]\s*"
_DAY = rf"(?:{_NAME}\.?,?\s+)?(?P<a>[0-9]{{1,4}}|{_NAME}){_PART}(?P<b>{_NUMBER}|{_NAME})\.?,?{_PART}(?P<c>[0-9]{{1,4}})"
_HALF = r"(?P<half>[AaPp]\.?[Mm]\.?)?"
_CLOCK = rf"(?P<h>{_NUMBER})[:.](?P<m>{_TWO})(?:[:.](?P<s>{_TWO})(?:[.,][0-9]{{1,9}})?)?\s*{_HALF}"
_ZONE = rf"(?P<z>Z|UTC|GMT|[+-]{_TWO}:?{_TWO})?"
#: A day in digits or with the name of its month, and maybe a time and an offset.
WRITTEN = re.compile(rf"\s*{_DAY}(?:(?:,?\s+|T)(?:om\s+|at\s+|-\s+)?{_CLOCK}\s*{_ZONE})?\s*(?:uur)?\s*", re.IGNORECASE)
#: As nearly all are: digits only, without an offset.
_PLAIN_DAY = f"{_NUMBER}[-/.]{_NUMBER}[-/.][0-9]{{4}}|[0-9]{{4}}[-/.]{_NUMBER}[-/.]{_NUMBER}"
PLAIN = re.compile(f"({_PLAIN_DAY})[ T]({_NUMBER}):({_TWO})(?::({_TWO}))?")
PARTS = re.compile(r"[-/.]")
SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
EPOCH = re.compile(r"[0-9]{10}|[0-9]{13}")
DAY_ONE = datetime(1899, 12, 30)  # noqa: DTZ001 a spreadsheet's clock has no zone
QUARTER = 15
LONGEST = 60
MOST_REMEMBERED = 50_000


class Aside(NamedTuple):
    """A value that sets its row aside: why (``fields.SET_ASIDE``), of which field, of what shape."""

    why: str
    field: str = ""
    shape: str = ""


class Local(NamedTuple):
    """A moment by a clock on the wall; ``offset`` where it was written, None for the zone of the map."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    offset: str | None


@dataclass(slots=True)
class Moments:
    """Reads the moments of one file. ``counts``: how many were in an hour that came twice, or never."""

    time: Time
    zone: ZoneInfo
    counts: Counter[str] = field(default_factory=Counter)
    _offsets: dict[tuple[int, ...], tuple[str, str] | None] = field(default_factory=dict)
    _quarters: dict[tuple[object, ...], tuple[str, str] | None] = field(default_factory=dict)
    _days: dict[tuple[str, str, str], tuple[int, int, int] | None] = field(default_factory=dict)

    def read(self, text: str) -> str | Aside | None:
        """RFC 3339; None for nothing, or why the row is set aside."""
        if not (text := text.strip()):
            return None
        if len(text) > LONGEST:
            return Aside("time")
        if (quick := self._quickly(text)) is not None:
            return quick
        if RFC3339.fullmatch(text):
            return text
        local = self.local(text)
        return local if isinstance(local, Aside) else self._told(local)

    def _quickly(self, text: str) -> str | None:
        """The same for what is written plainly and in an ordinary hour; None for a closer look."""
        if self.time.order in ("excel", "epoch") or not (found := PLAIN.fullmatch(text)):
            return None
        day, hour, minute, second = found.groups()
        quarter = (day, hour, minute >= "15", minute >= "30", minute >= "45")
        if quarter not in self._quarters:
            if len(self._quarters) > MOST_REMEMBERED:
                self._quarters.clear()
            self._quarters[quarter] = self._quarter(day, int(hour), int(minute))
        known = self._quarters[quarter]
        if known is None or minute > "59" or (second is not None and second > "59"):
            return None
        return f"{known[0]}:{minute}:{second or '00'}{known[1]}"

    def _quarter(self, day: str, hour: int, minute: int) -> tuple[str, str] | None:
        """Day and hour, and the offset, of a quarter of an hour of which there is exactly one."""
        a, b, c = PARTS.split(day)
        found = self._day(a, b, c)
        if found is None or hour > 23 or minute > 59:
            return None
        offset = self._offset(Local(*found, hour, minute, 0, None))
        if offset is None or offset[1]:
            return None
        return f"{found[0]:04}-{found[1]:02}-{found[2]:02}T{hour:02}", offset[0]

    def local(self, text: str) -> Local | Aside:
        """What the clock on the wall said."""
        if self.time.order == "excel":
            return _serial(text)
        if self.time.order == "epoch":
            return _epoch(text)
        found = WRITTEN.fullmatch(text)
        day = found and self._day(found["a"], found["b"], found["c"])
        if not found or not day:
            return Aside("time")
        if found["h"] is None:
            if not self.time.day_at:
                return Aside("day")
            hours, minutes = self.time.day_at.split(":")
            return Local(*day, int(hours), int(minutes), 0, None)
        hour = int(found["h"])
        if half := found["half"]:
            if not 1 <= hour <= 12:
                return Aside("time")
            hour = hour % 12 + (12 if half[0] in "Pp" else 0)
        minute, second = int(found["m"]), int(found["s"] or 0)
        if hour > 23 or minute > 59 or second > 59:
            return Aside("time")
        return Local(*day, hour, minute, second, found["z"])

    def _day(self, a: str, b: str, c: str) -> tuple[int, int, int] | None:
        key = (a, b, c)
        if key not in self._days:
            if len(self._days) > MOST_REMEMBERED:
                self._days.clear()
            self._days[key] = day_of(a, b, c, self.time.order)
        return self._days[key]

    def _told(self, at: Local) -> str | Aside:
        if at.offset is not None:
            offset = "+00:00" if at.offset.isalpha() else f"{at.offset[:3]}:{at.offset[-2:]}"
        else:
            key = (at.year, at.month, at.day, at.hour, at.minute // QUARTER)
            if key not in self._offsets:
                if len(self._offsets) > MOST_REMEMBERED:
                    self._offsets.clear()
                self._offsets[key] = self._offset(at)
            found = self._offsets[key]
            if found is None:
                return Aside("time")
            offset, odd = found
            if odd:
                self.counts[odd] += 1
                if (self.time.twice if odd == "twice" else self.time.missing) == "refuse":
                    return Aside(odd)
        return f"{at.year:04}-{at.month:02}-{at.day:02}T{at.hour:02}:{at.minute:02}:{at.second:02}{offset}"

    def _offset(self, at: Local) -> tuple[str, str] | None:
        """The zone's offset at a time on the wall, and whether that came twice or never; None: there is no such day."""
        try:
            local = datetime(at.year, at.month, at.day, at.hour, at.minute // QUARTER * QUARTER, tzinfo=self.zone)
            first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
        except (ValueError, OverflowError):
            return None
        if first is None or second is None:
            return None
        odd = "" if first == second else "twice" if first > second else "missing"
        return _shown(second if odd == "twice" and self.time.twice == "second" else first), odd


def day_of(a: str, b: str, c: str, order: str | None) -> tuple[int, int, int] | None:
    """Year, month and day of three parts; None where that is no day."""
    if len(a) == 4 and a.isdigit():
        year, month, day = a, b, c
    elif not a.isdigit() or (order == "mdy" and b.isdigit()):
        year, month, day = c, a, b
    elif order == "ymd" and len(c) < 3 and len(a) == 2:
        year, month, day = a, b, c
    else:
        year, month, day = c, b, a
    number = int(month) if month.isdigit() else MONTHS.get(month.lower())
    if number is None or not day.isdigit() or not year.isdigit() or len(year) not in (2, 4):
        return None
    whole = int(year) if len(year) == 4 else 2000 + int(year)
    try:
        datetime(whole, number, int(day))  # noqa: DTZ001 only whether there is such a day
    except ValueError:
        return None
    return whole, number, int(day)


def _serial(text: str) -> Local | Aside:
    if not SERIAL.fullmatch(text):
        return Aside("time")
    at = DAY_ONE + timedelta(seconds=round(float(text.replace(",", ".")) * 86_400))
    return Local(at.year, at.month, at.day, at.hour, at.minute, at.second, None)


def _epoch(text: str) -> Local | Aside:
    if not EPOCH.fullmatch(text):
        return Aside("time")
    at = datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
    return Local(at.year, at.month, at.day, at.hour, at.minute, at.second, "Z")


def _shown(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def told(texts: Sequence[str]) -> str:
    """A day and a time from columns of their own, as one text."""
    return " ".join(text.strip() for text in texts if text.strip())
