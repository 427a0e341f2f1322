"""Data tests: each against its cases, and what a report, an alert and the run say when one finds something."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import checks, home, period, settings, steps
from tasks.errors import CheckFailed
from tasks.extract import files
from tasks.measure import data_test, document
from tasks.period import Week
from tasks.review import request
from tasks.workbench import cases, trial
from tests import world

W = "2026-W37"
pytestmark = pytest.mark.usefixtures("here")
HEAD = """/* +++
title.nl = "late berichten"
title.en = "late messages"
why.nl   = "Dat hoort niet."
why.en   = "That must not be."
severity = "{severity}"
owner    = "a@school.example"
reads    = ["core.message"]
+++ */

SELECT item_id FROM core.message WHERE hour(created_at) >= 12
"""


def listed() -> Iterator[Any]:
    for path in sorted(cases.TESTS.glob("*.toml")):
        for case in cases.of_test(path.stem):
            yield pytest.param(case, id=f"{case.metric}: {case.name}")


@pytest.mark.parametrize("case", list(listed()))
def test_data_test(case: cases.Case) -> None:
    found = trial.outcome(case, data_test.load(case.metric))
    assert found.got == found.expected


def test_every_data_test_has_cases_with_a_quiet_week() -> None:
    assert set(data_test.names()) == {path.stem for path in cases.TESTS.glob("*.toml")}
    for name in data_test.names():
        assert any("quiet week" in case.name for case in cases.of_test(name)), name


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two messages, one of them after noon."""
    slug = world.settle(monkeypatch, tmp_path)
    shutil.copytree(home.SQL, tmp_path / "sql")
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    rows = [world.item("p", "2026-09-08T07:00"), world.item("q", "2026-09-08T13:00")]
    files.receive(settings.load(slug), world.jsonl(tmp_path / "in.jsonl", *rows), fetched_at=period.now())
    steps.stage(slug, W)
    return slug


def measured(slug: str) -> dict[str, Any]:
    cutoff = Week.parse(W, settings.load(slug).zone).cutoff.isoformat()
    steps.measure(slug, W, cutoff)
    return document.stored(slug, W, cutoff)


def page(slug: str) -> str:
    cutoff = Week.parse(W, settings.load(slug).zone).cutoff.isoformat()
    made = Path(steps.render(slug, W, cutoff)["edition"])
    return (made / "report.en.html").read_text(encoding="utf-8")


def put(text: str) -> None:
    (home.SQL / "checks" / "late.sql").write_text(text, encoding="utf-8")


def test_when_all_is_well_the_report_says_so(school: str) -> None:
    found = measured(school)
    assert found["checks"] == {"run": len(data_test.names()), "found": []}
    assert f"All {len(data_test.names())} data tests found nothing." in page(school)


def test_a_warning_is_in_the_report_and_in_what_is_looked_at(school: str) -> None:
    put(HEAD.format(severity="warn"))
    found = measured(school)
    title = {"nl": "late berichten", "en": "late messages"}
    assert found["checks"]["found"] == [{"name": "late", "severity": "warn", "title": title, "rows": 1}]
    assert "Data tests found late messages (1)." in page(school)
    institution = settings.load(school)
    (one,) = [finding for finding in checks.found(institution, found) if finding.kind == "check"]
    told = request.sentence(institution, one, "en")
    assert told.startswith("The data test late found 1 rows that should not be.")
    assert request.sentence(institution, one, "nl").startswith("De datatest late vond 1 rijen")


def test_a_stop_makes_no_report(school: str) -> None:
    put(HEAD.format(severity="stop"))
    with pytest.raises(CheckFailed) as caught:
        measured(school)
    assert str(caught.value).startswith("sql/checks/late.sql: 1 late messages. That must not be. Mend the data, or set")
    assert not list(home.lake().glob("document/*/*/*.json"))


def test_one_that_cannot_be_run_is_said_to_be_missing_and_stops_nothing(school: str) -> None:
    put(HEAD.format(severity="stop").replace("item_id FROM", "item_idd FROM"))
    found = measured(school)
    assert found["checks"]["found"] == []
    assert list(found["unavailable"]) == ["checks.late"]
    told = page(school)
    assert "What the data tests found could not be computed this week" in told.replace("\xa0", " ")
    assert "data tests found nothing" not in told


def test_what_it_may_read_is_what_a_metric_may(school: str) -> None:
    put(HEAD.format(severity="stop").replace("core.message WHERE", "read_csv('/etc/passwd') WHERE"))
    told = steps.measure(school, W, Week.parse(W, settings.load(school).zone).cutoff.isoformat())
    assert "read_csv is not allowed" in told["unavailable"]["checks.late"]
