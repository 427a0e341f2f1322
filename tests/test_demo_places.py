"""The demo's second institution: as consistent as the first, in English only, with its own names, owners and cases."""

from __future__ import annotations

import re
from functools import cache

from tasks import settings
from tasks.demo import windows
from tasks.demo.place import place
from tasks.demo.texts import bank, lines

Row = dict[str, object]
#: Dutch words that are in any longer Dutch text, and every name of Overbrugge's.
DUTCH = re.compile(
    r"overbrug|brugbot|hogeschool|\b(?:de|het|een|niet|voor|dit|bsa)\b|\bthe (?:kade|veer|sluis|pijler|oever|ponton)\b",
    re.IGNORECASE,
)


@cache
def larkmoor() -> settings.Institution:
    return settings.load("larkmoor")


@cache
def rows() -> list[Row]:
    return [row for source in larkmoor().sources for window in windows(larkmoor(), source.id) for row in window.items]


def test_it_is_a_smaller_place_and_all_in_english() -> None:
    assert 4000 < len(rows()) < 7000
    strange = {one["text"] for one in bank()["hostile"]["text"]}
    told = [
        " ".join(str(row.get(key) or "") for key in ("text", "title", "author"))
        for row in rows()
        if row["text"] not in strange
    ]
    assert [text for text in told if DUTCH.search(text)] == []
    assert {row["language"] for row in rows() if "language" in row and row["text"] not in strange} == {"en"}


def test_its_cases_belong_to_its_departments_and_are_told_in_english() -> None:
    cases = [case for row in rows() if isinstance(case := row.get("case"), dict)]
    assert {case["department"] for case in cases} <= {one.id for one in larkmoor().department}
    causes = {str(case["cause"]) for case in cases if "cause" in case}
    assert len(causes) > 20 and not any(DUTCH.search(cause) for cause in causes)


def test_every_case_belongs_to_something_that_is_said_there() -> None:
    here = place("larkmoor")
    said = [
        line for name in bank() for kind in ("questions", "complaints") for line in lines(name, "en", kind).values()
    ]
    used = {here.case_of(line) for line in said if here.fits(line.text)}
    assert here.cases is not None
    written = [(case["cause"], case["action"]) for group in here.cases.values() for case in group]
    assert [case for case in written if case not in used] == []


def test_departments_of_the_bank_all_have_an_owner_there() -> None:
    owners = {owner for content in bank().values() if "topic" in content if (owner := content.get("department"))}
    here = place("larkmoor")
    assert {here.department(owner) for owner in owners} <= {one.id for one in larkmoor().department}
