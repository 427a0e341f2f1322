"""What measure could not give is said to be missing: never a zero, never nothing, and the rest stays as it was."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tasks.measure import document as documents
from tasks.render.facts import Facts
from tasks.render.kinds import kind_of
from tasks.render.page import Limits, Rows, html
from tasks.render.stamp import Stamp
from tasks.render.summary import summary
from tasks.render.voice import Voice
from tests.render import sample

LANGUAGES = ("nl", "en")
GONE = {"nl": "niet beschikbaar", "en": "not available"}
STAMP, LIMITS = Stamp(1, "0123456789ab"), Limits(Rows(3, 6, 8), 200)
METRICS = sorted(sample.normal()["metrics"])
LISTS = [f"lists.{name}" for name in (*documents.LISTS, "tone")]
#: Sentences that a zero, or nothing, would have said; what is gone says none of them.
UNTRUE = {
    "mention_volume": ("Geen vermeldingen", "geen enkele bron"),
    "backlog": (
        "Niets wacht",
        "Niets heeft te lang",
        "wachtte niets op antwoord",
        "Niemand wacht",
        "wachtte er iemand",
    ),
    "loop_closure": ("Er was nog geen zaak aan oplossing toe", "0 zaken"),
    "sla_attainment": ("geen norm is aantoonbaar gemist", "Geen afdeling mist", "Nog geen week heeft genoeg"),
    "conversation_ratio": ("niets geschreven",),
    "first_response_time": ("niets om te beantwoorden",),
    "answer_curve": ("niets gemeten", "geen antwoord"),
    "net_sentiment": ("geen onderwerp genoeg",),
    "lists.hours": ("niets geschreven",),
    "lists.funnel": ("niets gehoord",),
    "lists.coverage": ("geen bron gelezen", "volledig gelezen"),
    "lists.solved_cases": ("geen zaak met oorzaak",),
    "lists.open_items": ("wachtte niets op antwoord",),
}


def page(document: dict[str, Any], language: str, department: str | None = None) -> str:
    of = sample.institution()
    return html(kind_of(department), Voice(Facts(document, of, department), of, language), STAMP, LIMITS)


@pytest.mark.parametrize("name", [*METRICS, *LISTS])
def test_the_report_goes_on_and_says_what_is_missing(name: str) -> None:
    document = sample.without(name)
    for language in LANGUAGES:
        whole = page(document, language)
        warning = summary(document, sample.institution(), language).warnings[0]
        assert "kon deze week niet" in warning or "could not be computed" in warning
        title = document["unavailable"][name]["title"][language]
        assert name.startswith("lists.") or title in warning
        assert warning.split()[0] in whole
        assert page(document, language, "exams")
    told = re.sub(r"<style>.*?</style>", "", page(document, "nl"), flags=re.S)
    for sentence in UNTRUE.get(name, ()):
        assert sentence not in told


def test_without_anything_at_all_it_still_says_so() -> None:
    document = sample.without(*METRICS, *LISTS)
    for language in LANGUAGES:
        told = summary(document, sample.institution(), language)
        assert GONE[language] in told.headline
        assert [tile.value for tile in told.tiles] == [GONE[language]] * 5
        assert page(document, language)
        assert page(document, language, "exams")


def test_a_tile_that_is_gone_claims_nothing() -> None:
    told = summary(sample.without("sla_attainment"), sample.institution(), "en")
    (tile,) = (one for one in told.tiles if one.metric == "sla_attainment")
    assert (tile.value, tile.arrow, tile.change, tile.verdict, tile.series) == ("not available", "", "", "absent", ())
    assert told.headline.startswith("“Answered in time” is not available this week.")
    assert told.attention[-1] == "Not everything could be looked at: Answered in time not available."
    others = [one for one in summary(sample.normal(), sample.institution(), "en").tiles if one.metric != tile.metric]
    assert [one for one in told.tiles if one.metric != tile.metric] == others


def test_cells_of_the_department_table_are_not_zero() -> None:
    rows = re.findall(r"<tr>\s*<th scope=\"row\">Exams Office.*?</tr>", page(sample.without("backlog"), "en"), re.S)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", next(row for row in rows if "n/a" in row))
    assert cells.count("n/a") == 2


def test_what_a_hostile_title_says_is_only_text() -> None:
    document = sample.without("backlog")
    document["unavailable"]["backlog"]["title"] = {"nl": "<script>alert(1)</script>", "en": "x"}
    assert "<script" not in page(document, "nl")


def test_what_needs_it_only_for_a_line_is_drawn_without() -> None:
    whole = page(sample.without("sla_attainment"), "en")
    assert "Half got an answer within" in whole
    assert "demonstrably solved" in whole
    told = summary(sample.without("sla_attainment"), sample.institution(), "en")
    assert sum("Answered in time” is not available" in one for one in told.paragraphs) == 1
    assert not any("a reliable change" in one for one in told.paragraphs)
    assert any("a reliable change" in one for one in summary(sample.normal(), sample.institution(), "en").paragraphs)
