"""The rules of the computed prose: every sentence can be reached, and none claims what its verdict does not carry."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tasks.measure import document as documents
from tasks.measure.contract import TILES
from tasks.render import public
from tasks.render.dress import Medium
from tasks.render.facts import Facts
from tasks.render.kinds import kind_of
from tasks.render.page import Limits, Rows, html
from tasks.render.sentences import Sentences
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice
from tasks.settings import Institution
from tests.render import sample
from tests.render.test_quality import measured
from tests.render.test_restated import document as restated_document

Change = Callable[[dict[str, Any]], None]

STAMP, LIMITS = Stamp(1, "0123456789ab"), Limits(Rows(3, 6, 8), 200)
#: Sentences that say that something changed since the weeks before.
CLAIMS = re.compile(
    r"(headline\.sentiment|summary|tile)[._](better|worse|higher|lower)$|topics\.drove_|quality\.moved$"
)
WORDS = {
    "nl": re.compile(
        r"\b(beter|slechter|hoger|lager|verbeter\w*|verslechter\w*|gestegen|gedaald|positiever|negatiever)\b"
    ),
    "en": re.compile(r"\b(better|worse|higher|lower|improve\w*|declin\w*|risen|fallen|more positive|more negative)\b"),
}
#: Words for who reads a screen aloud or the method, which name directions without claiming any.
QUIET = re.compile(r"<title>.*?</title>|<style>.*?</style>|<p>“.*?</p>", re.S)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys of every sentence said."""
    keys: set[str] = set()
    spoken = Sentences.__call__

    def listen(self: Sentences, key: str, count: float | None = None, **values: object) -> str:
        keys.add(key)
        return spoken(self, key, count, **values)

    monkeypatch.setattr(Sentences, "__call__", listen)
    return keys


def page(
    document: dict[str, Any],
    language: str = "nl",
    institution: Institution | None = None,
    department: str | None = None,
    medium: Medium = "paper",
) -> str:
    of = institution or sample.institution()
    return html(kind_of(department), Voice(Facts(document, of, department), of, language), STAMP, LIMITS, medium)


def test_causes_that_came_back_are_counted_where_there_are_any() -> None:
    told = "Van de 29 zaken die opgelost moesten zijn en een bekende oorzaak hebben, hadden er 10 een oorzaak die"
    assert told in re.sub(r"<[^>]+>", "", page(sample.normal()))
    assert "29 cases due to be solved whose cause is known, 10 had a cause" in page(sample.normal(), "en")
    assert "bekende oorzaak hebben" not in page(sample.quiet())


def test_every_sentence_is_reached(said: set[str]) -> None:
    for document, institution in weeks():
        page(document, institution=institution)
    page(sample.followed("appendix"), medium="screen")
    for document in about_a_department():
        page(document, department="exams")
    # Asked for by name in the template, or by who prepares the file itself.
    elsewhere = {"method.metrics_json", "method.metrics_csv"}
    every = {key.removesuffix(".one").removesuffix(".other") for key in Sentences("nl").keys()}  # noqa: SIM118
    unreached = sorted(every - said - elsewhere)
    assert not unreached, unreached


def test_without_a_verdict_nothing_is_said_to_have_changed(said: set[str]) -> None:
    chance = random.Random(5)  # noqa: S311  (figures, no secrets)
    for _ in range(25):
        on_time, before = chance.randint(20, 120), chance.randint(80, 480)
        verdicts = {metric: chance.choice(("no_reliable_change", "too_few")) for metric in TILES}
        document = sample.normal(on_time=on_time, before=before, **verdicts)
        document["metrics"]["conversation_ratio"]["rows"][-1]["verdict"] = "too_few"
        for language in ("nl", "en"):
            told = QUIET.sub("", page(document, language))
            assert not WORDS[language].findall(told)
    assert not {key for key in said if CLAIMS.search(key)}


@pytest.mark.parametrize("verdict", ["better", "worse", "higher", "lower"])
def test_with_a_verdict_the_claim_is_made_of_that_metric_alone(said: set[str], verdict: str) -> None:
    page(sample.normal(net_sentiment=verdict))
    claimed = {key for key in said if CLAIMS.search(key)}
    assert {f"tile.{verdict}", f"summary.{verdict}"} <= claimed
    assert all(key.endswith(verdict) for key in claimed)


def weeks() -> Iterator[tuple[dict[str, Any], Institution]]:
    """Weeks that between them walk through every rule."""
    of = sample.institution()
    for make in (sample.normal, sample.quiet, sample.empty, lambda: sample.empty(rows=False)):
        yield make(), of
    for verdict in ("better", "worse", "higher", "lower", "too_few"):
        yield sample.normal(on_time=118, **dict.fromkeys(TILES, verdict)), of
    for change in CHANGES:
        document = sample.normal()
        change(document)
        yield document, of
    yield sample.normal() | {"as_of": "2026-11-19T15:00:00+01:00"}, of
    yield sample.normal() | {"closed": ["2026-11-20"]}, of
    for name in (*sample.normal()["metrics"], *(f"lists.{one}" for one in (*documents.LISTS, "tone"))):
        yield sample.without(name), of
    for rows in ([], [{"week": sample.WEEK, "n": 120, "value": 74.0, "low": 66.0, "high": 81.0}]):
        document = sample.normal()
        document["metrics"]["sla_attainment"]["earlier"] = {"since": "2026-W45", "rows": rows}
        yield document, of
    document = sample.normal()
    document["metrics"]["answer_curve"]["earlier"] = {"since": "2026-W45", "rows": [], "several": True}
    yield document, of
    yield public.told(sample.normal()), of
    yield sample.normal() | {"checks": {"run": 5, "found": []}}, of
    tested = {"name": "late", "severity": "warn", "title": {"nl": "rijen", "en": "rows"}, "rows": 3}
    yield sample.normal() | {"checks": {"run": 5, "found": [tested]}}, of
    yield sample.without("checks.late"), of
    yield sample.normal() | {"corrections": {"applied": 2, "left": []}}, of
    for where in ("tile", "chart", "table", "appendix"):
        yield sample.followed(where), of
        yield sample.followed(where, weeks=1), of
        yield sample.followed(where, low=None, high=None), of
    yield sample.normal(), sample.institution(department=[])
    yield sample.normal(), sample.institution(brand={"logo": "brand/larkmoor.svg"})
    yield sample.empty(), sample.institution(department=[])
    yield from promises()


def about_a_department() -> Iterator[dict[str, Any]]:
    topic = {"department": "exams", "topic": "exams", "messages": 9, "people": 8, "negative": 4, "positive": 1}
    for rows in ([], [topic]):
        document = sample.normal()
        yield document | {"lists": document["lists"] | {"department_topics": rows}}
    document["lists"]["open_items"] = [one | {"department": "exams"} for one in document["lists"]["open_items"] * 4]
    yield document
    yield sample.empty()


def now(document: dict[str, Any], metric: str, **columns: Any) -> None:
    """Other values in this week's row of a metric, everything together."""
    for row in document["metrics"][metric]["rows"]:
        if (row["week"], row["dimension"]) == (sample.WEEK, "all"):
            row |= columns


def never_reached(document: dict[str, Any]) -> None:
    for row in document["metrics"]["first_response_time"]["rows"]:
        row |= {"median_open_seconds": None, "median_open_high_seconds": None}


def no_targets(document: dict[str, Any]) -> None:
    for metric in document["metrics"].values():
        metric["contract"]["target"] = None


def all_missed(document: dict[str, Any]) -> None:
    now(document, "sla_attainment", on_time_pct=40.0, low_pct=31.0, high_pct=49.0)
    now(document, "loop_closure", closed_pct=20.0, low_pct=10.0, high_pct=40.0)
    now(document, "net_sentiment", net_score=-60.0, low_score=-70.0, high_score=-50.0)
    for row in document["metrics"]["sla_attainment"]["rows"]:
        if row["week"] == "2026-W41":
            row |= {"on_time_pct": 30.0, "low_pct": 25.0, "high_pct": 36.0}


def all_in_time(document: dict[str, Any]) -> None:
    now(document, "backlog", overdue=0, overdue_recent=0)
    for row in document["metrics"]["sla_attainment"]["rows"]:
        row |= {"on_time_pct": 96.0, "low_pct": 90.0, "high_pct": 99.0}


def only_old_ones_wait(document: dict[str, Any]) -> None:
    now(document, "backlog", n=3, recent=3, overdue=3, overdue_recent=0, overdue_old=3)
    document["lists"]["open_items"] = []


def waits_in_time(document: dict[str, Any]) -> None:
    now(document, "backlog", n=1, recent=1, overdue=0, overdue_recent=0)
    document["lists"]["open_items"] = [one | {"overdue": False} for one in document["lists"]["open_items"][2:3]]


def nothing_answered(document: dict[str, Any]) -> None:
    document["metrics"]["answer_curve"]["rows"] = []
    now(document, "loop_closure", n=0, closed=0)


def first_weeks(document: dict[str, Any]) -> None:
    document["base"] = None
    for metric in document["metrics"].values():
        metric["rows"] = [row | {"verdict": "too_few"} for row in metric["rows"] if row["week"] != "base"]
    document["lists"]["coverage"][0] |= {"status": "failed", "doubtful_times": 2}
    document["lists"]["solved_cases"][2] |= {"with_feedback": False, "contacted_at": "2026-11-18T10:00:00+01:00"}


def praised(document: dict[str, Any]) -> None:
    for row in document["metrics"]["net_sentiment"]["rows"]:
        if row["dimension"] == "topic":
            row |= {
                "net_score": 60.0,
                "low_score": 40.0,
                "high_score": 80.0,
                "n": 50 if row["group"] == "exams" else 12,
            }
            row |= {"authors": 48} if row["group"] == "exams" else {"low_score": -80.0, "authors": 9}
            row |= {"n": 7, "authors": 7} if row["group"] == "research" else {}


def improved(document: dict[str, Any]) -> None:
    now(document, "net_sentiment", verdict="better")
    for row in document["metrics"]["net_sentiment"]["rows"]:
        if row["dimension"] == "topic" and row["week"] == "base":
            row["contribution_score"] -= 30.0


def edited(document: dict[str, Any]) -> None:
    asked = {"ask": {"nl": "Doe dit.", "en": "Do this."}, "effect": {"nl": "Kost iets.", "en": "Costs."}}
    decision = asked | {"owner": "it", "deadline": "2026-12-01"}
    before = {"week": "2026-W46", "decisions": [decision | {"outcome": None}]}
    note = {"nl": "Rustige week.", "en": "A quiet week."}
    document["editorial"] = {"note": note, "decisions": [decision], "before": before}


def checked(moved: bool, status: str = "measured") -> Change:
    def change(document: dict[str, Any]) -> None:
        document["quality"] = measured(moved) | {"status": status, "labelled": 50 if status == "measured" else 4}
        document["tone"] = {"asked": "e5", "judged": [{"judged_by": "student", "n": 10}]}

    return change


def told_again(reasons: tuple[str, ...], second: str = "net_sentiment") -> Change:
    sla = {"sla_attainment": (61.2, 120, 58.0, 132), second: (-5, 240, 10, 240)}
    others = {"first_response_time": (3600, 90, 7200, 90), "loop_closure": (80, 40, 70, 40), "backlog": (4, 4, 9, 9)}

    def change(document: dict[str, Any]) -> None:
        counts = dict.fromkeys(set(reasons) & {"late", "edited", "deleted", "removed", "later_facts"}, 2)
        document |= {"restated": restated_document(sla | others, reasons, **counts)["restated"]}
        for row in document["restated"]["rows"][::2]:
            row["reasons"] = [reason for reason in reasons if reason != "definition"]

    return change


def newly_defined(document: dict[str, Any]) -> None:
    document |= {"restated": restated_document({"sla_attainment": (61.2, 120, 58.0, 132)}, ("definition",))["restated"]}


CHANGES: tuple[Change, ...] = (
    *(never_reached, no_targets, all_missed, all_in_time, only_old_ones_wait, waits_in_time, nothing_answered),
    *(first_weeks, praised, improved, edited, newly_defined),
    *(checked(False), checked(True), checked(False, "too_few"), checked(False, "none")),
    *(told_again(()), told_again(("late", "edited", "deleted", "removed", "later_facts", "definition", "earlier"))),
)


def promises() -> Iterator[tuple[dict[str, Any], Institution]]:
    for clock, hours, eligible in itertools.product(("open", "always"), (0.5, 4), ("actionable", "all")):
        yield calendar(), sample.institution(respond={"clock": clock, "target_hours": hours, "eligible": eligible})


def calendar() -> dict[str, Any]:
    document = sample.normal()
    for row in document["metrics"]["first_response_time"]["rows"]:
        row |= {"median_calendar_low_seconds": 9000, "median_calendar_high_seconds": 14000}
    return document
