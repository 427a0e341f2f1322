"""What is said of the check on the judgement of tone."""

from __future__ import annotations

from typing import Any

from tasks.render.facts import Facts
from tasks.render.quality import checked
from tasks.render.voice import Voice
from tests.render import sample

S = "\u00a0"


def figure(value: float, low: float, high: float) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "n": 50}


def measured(moved: bool = False) -> dict[str, Any]:
    return {
        "status": "measured",
        "labelled": 50,
        "net": figure(-12.3, -25, 1) | {"machine": 8},
        "classes": {"negative": {"precision": figure(82, 70.2, 90), "recall": figure(60, 40, 80)}},
        "drift": {"figures": {"net_error": {"moved": moved}}} if moved else None,
    }


def told(language: str, row: dict[str, Any] | None) -> str:
    made, institution = sample.normal(), sample.institution()
    made |= {"quality": row} if row else {}
    return checked(Voice(Facts(made, institution), institution, language))


def test_a_checked_week() -> None:
    assert told("en", measured()) == (
        "50 messages were read by people: of what we call negative, 82% was (70–90%); "
        f"corrected net sentiment −12 (−25{S}to +1)."
    )
    assert told("nl", measured()) == (
        "50 berichten zijn door mensen nagelezen: van wat wij negatief noemen was 82% dat (70–90%); "
        f"gecorrigeerd netto sentiment −12 (−25{S}tot +1)."
    )


def test_a_judgement_that_moved_and_a_week_in_which_nothing_is_called_negative() -> None:
    assert told("en", measured(moved=True)).endswith(
        "The judgement demonstrably differs from that in the weeks before."
    )
    row = measured()
    row["classes"]["negative"]["precision"] = None
    assert told("en", row) == f"50 messages were read by people: corrected net sentiment −12 (−25{S}to +1)."


def test_too_few_nobody_and_an_old_document() -> None:
    assert told("en", {"status": "too_few", "labelled": 1}).startswith("1 message was read by people: too few")
    assert told("nl", {"status": "none"}) == "Niemand heeft deze week nagelezen of de toon goed is beoordeeld."
    assert told("en", None) == ""
