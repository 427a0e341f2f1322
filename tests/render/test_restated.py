"""What is said of last week when it says something else by now, and on which page."""

from __future__ import annotations

from typing import Any

import pdfplumber
import pytest

from tasks.render.board import EXPLAINED
from tasks.render.facts import Facts
from tasks.render.pdf import render_pdf
from tasks.render.restated import Restated, restated
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice
from tests.render import sample

Figures = tuple[float | None, int, float | None, int]


def document(moved: dict[str, Figures], reasons: tuple[str, ...], **counts: int) -> dict[str, Any]:
    """An ordinary week; ``moved`` is value and n at first, value and n now."""
    rows = [
        {
            "metric": name,
            "first": {"value": first, "n": n_first, "followed": 75600 if "time" in name else None},
            "now": {"value": now, "n": n_now, "followed": 75600 if "time" in name else None},
            "reasons": list(reasons),
        }
        for name, (first, n_first, now, n_now) in moved.items()
    ]
    return sample.normal() | {"restated": {"week": "2026-W46", "rows": rows, "counts": counts}}


def told(language: str, *given: Any, **counts: int) -> Restated:
    made, institution = document(*given, **counts), sample.institution()
    return restated(Voice(Facts(made, institution), institution, language), EXPLAINED)


def test_a_figure_with_every_reason_in_both_languages() -> None:
    sla: dict[str, Figures] = {"sla_attainment": (61.2, 120, 58.0, 132)}
    reasons = ("late", "edited", "deleted", "removed", "later_facts", "definition", "earlier")
    counts = {"later_facts": 1, "removed": 1, "deleted": 2, "edited": 1, "late": 12}
    assert told("nl", sla, reasons, **counts).text == (
        "Week 46 herzien: “Op tijd beantwoord” was 61%, nu 58%. Sinds de eerste meting: 12 berichten later "
        "binnengekomen, 1 bericht bewerkt, 2 berichten verwijderd, 1 bericht niet meer in de gegevens, bij 1 bericht "
        "alsnog iets vastgelegd, de definitie veranderd en iets veranderd in berichten van eerdere weken."
    )
    assert told("en", sla, reasons, **counts).text == (
        "Week 46 restated: “Answered in time” was 61%, now 58%. Since it was first measured: 12 messages arrived late, "
        "1 message edited, 2 messages deleted, 1 message no longer in the data, something logged afterwards with "
        "1 message, the definition changed and something changed in messages of earlier weeks."
    )


def test_what_has_no_reason_gets_none_made_up() -> None:
    assert told("en", {"sla_attainment": (61, 120, 58, 120)}, ()).text.endswith("What caused it was not recorded.")


def test_three_are_named_those_that_got_worse_first_and_the_others_counted() -> None:
    text = told(
        "en",
        {
            "mention_volume": (412, 412, 500, 500),
            "loop_closure": (70, 40, 90, 40),  # better
            "backlog": (9, 9, 12, 12),  # worse, much
            "sla_attainment": (61, 120, 58, 132),  # worse, a little
            "net_sentiment": (-5, 240, 10, 240),  # better, a little less
        },
        ("late",),
        late=12,
    ).text
    assert text == (
        "Week 46 restated: “Still open” was 9, now 12; “Answered in time” was 61%, now 58%; “Loops closed” was 70%, "
        "now 90%; 2 more figures changed. Since it was first measured: 12 messages arrived late."
    )


def test_a_definition_that_changed_for_one_of_them_is_named() -> None:
    made = document({"sla_attainment": (61, 120, 58, 132), "backlog": (9, 9, 12, 12)}, ("late",), late=3)
    made["restated"]["rows"][0]["reasons"].append("definition")
    institution = sample.institution()
    text = restated(Voice(Facts(made, institution), institution, "en"), EXPLAINED).text
    assert text.endswith("3 messages arrived late and the definition of “Answered in time” changed.")


@pytest.mark.parametrize(
    ("metric", "figures"),
    [
        ("sla_attainment", (61.2, 120, 60.9, 125)),  # both are printed 61%
        ("sla_attainment", (50.0, 8, 58.0, 12)),  # the first was no figure, but n = 8
        ("no_longer_measured", (1, 1, 2, 2)),
        ("answer_curve", (50.0, 120, 80.0, 120)),  # measured, but not shown as a figure
    ],
)
def test_what_nobody_read_otherwise_is_not_told(metric: str, figures: Figures) -> None:
    assert told("en", {metric: figures}, ("late",), late=5) == Restated()


@pytest.mark.parametrize(
    ("metric", "figures", "prominent"),
    [
        ("sla_attainment", (61, 120, 59, 120), True),
        ("sla_attainment", (61, 120, 60, 120), False),
        ("mention_volume", (412, 412, 424, 424), False),
        ("mention_volume", (412, 412, 436, 436), True),
        ("backlog", (9, 9, 30, 30), False),  # is on no tile
        ("first_response_time", (4140, 120, None, 130), True),
    ],
)
def test_page_1_says_what_a_reader_would_notice(metric: str, figures: Figures, prominent: bool) -> None:
    made = told("en", {metric: figures}, ("late",), late=5)
    assert made.text
    assert made.prominent is prominent


def test_a_time_that_is_longer_than_followed() -> None:
    text = told("en", {"first_response_time": (4140, 120, None, 130)}, ("late",), late=1).text
    assert "was 1\u00a0h\u00a009\u00a0min, now > 21\u00a0h." in text


@pytest.mark.usefixtures("no_complaints")
@pytest.mark.parametrize(("value", "page"), [(58.0, 0), (60.0, 2)])
def test_it_stands_on_its_page_and_three_pages_stay_three(value: float, page: int, tmp_path: Any) -> None:
    made = document({"sla_attainment": (61, 120, value, 132)}, ("late", "edited"), late=12, edited=3)
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(made, sample.institution(), "nl", stamp=Stamp(1, "0123456789ab")))
    with pdfplumber.open(path) as opened:
        found = ["Week 46 herzien" in one.extract_text() for one in opened.pages]
    assert found == [number == page for number in range(3)]


def test_a_document_from_before_says_nothing() -> None:
    institution = sample.institution()
    assert restated(Voice(Facts(sample.normal(), institution), institution, "nl"), EXPLAINED) == Restated()
