"""A metric that fails, never ends or eats the memory: the report is made, says so, and the rest is as it was."""

from __future__ import annotations

import html
import json
import logging
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tasks import checks, home, lake, period, settings, steps
from tasks.confined import progress
from tasks.errors import MetricError, SourceError
from tasks.extract import files
from tasks.measure import document, model
from tasks.period import Week
from tests import world

W = "2026-W37"
#: Sixteen periods, twelve times each with each: more rows than any clock or memory has.
OTHERS = ", ".join(f"core.period AS p{n}" for n in range(1, 12))
CROSSED = f"core.period AS p0, {OTHERS}"
#: The periods with a text of 256 letters each, so that the memory is full before the time is up.
WIDE = f"WITH wide AS (SELECT *, {' || '.join(['week'] * 32)} AS text FROM core.period)"
NAMED = "p0.week, 'all' AS dimension, 'all' AS \"group\""
BROKEN = {
    "typo": ("SELECT wek FROM core.heard", "there is no column wek here"),
    "endless": (f"SELECT {NAMED}, count(*) AS n FROM {CROSSED} GROUP BY ALL", "it takes longer than 2 s"),
    "enormous": (
        f"{WIDE} SELECT {NAMED}, 1 AS n, p0.text FROM wide AS p0, {OTHERS}",
        "it needs more than 200 MB of memory",
    ),
    "text": (f"SELECT {NAMED}, 'many' AS n FROM core.period AS p0", "the column “n” must be a number, and is string"),
    "twice": (f"SELECT {NAMED}, 1 AS n FROM core.period AS p0, core.period", "more than one row for the same"),
    "infinite": (
        f"SELECT {NAMED}, 1 / 0 AS n FROM core.period AS p0 GROUP BY ALL",
        "in the column “n”, inf cannot be printed",
    ),
}


class School:
    """Three messages in a week, and a copy of the metrics to break."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.cutoff = Week.parse(W, settings.load(slug).zone).cutoff.isoformat()

    def measure(self) -> dict[str, Any]:
        return steps.measure(self.slug, W, self.cutoff)

    def document(self) -> dict[str, Any]:
        return document.stored(self.slug, W, self.cutoff)

    def copy(self, metric: str, names: Iterable[str]) -> None:
        """The same metric under other names."""
        path = home.SQL / "metrics" / f"{metric}.sql"
        for name in names:
            shutil.copy(path, path.with_stem(name))

    def replace(self, metric: str, query: str) -> None:
        """Another query below the contract of a metric, which says what it reads and promises nothing more."""
        path = home.SQL / "metrics" / f"{metric}.sql"
        head = path.read_text(encoding="utf-8").partition("+++ */")[0]
        lines = [line for line in head.splitlines() if not line.startswith(("reads", "headline", "low", "high"))]
        at = next(n for n, line in enumerate(lines) if line.startswith("checks"))
        end = next(n for n in range(at, len(lines)) if lines[n].endswith("]"))
        lines[at : end + 1] = ['reads = ["core.heard"]']
        lines.append('headline = "n"')
        path.write_text("\n".join(lines) + f"\n+++ */\n\n{query}\n", encoding="utf-8")


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    slug = world.settle(monkeypatch, tmp_path)
    shutil.copytree(home.SQL, tmp_path / "sql")
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    rows = [world.item(name, f"2026-09-08T1{n}:00") for n, name in enumerate("pqr")]
    files.receive(settings.load(slug), world.jsonl(tmp_path / "in.jsonl", *rows), fetched_at=period.now())
    steps.stage(slug, W)
    monkeypatch.setenv("WEERKLANK_METRIC_SECONDS", "2")
    monkeypatch.setenv("WEERKLANK_METRIC_MB", "200")
    return School(slug)


def test_the_report_is_made_without_them(school: School) -> None:
    """Each is broken in its own way, and has its own reason; those before and after it are as they were."""
    school.copy("eligibility", BROKEN)
    school.measure()
    whole = school.document()
    assert all(lake.partition(f"measured_{name}", school.slug, W).exists() for name in BROKEN)
    for name, (query, _) in BROKEN.items():
        school.replace(name, query)
    told = school.measure()["unavailable"]
    assert set(told) == set(BROKEN)
    for name, (_, why) in BROKEN.items():
        assert why in told[name]
        assert "Traceback" not in told[name]
    made = school.document()
    titles = {name: whole["metrics"].pop(name)["contract"]["title"] for name in BROKEN}
    assert made.pop("unavailable") == {name: {"title": titles[name], "where": "appendix"} for name in BROKEN}
    assert made == whole
    assert not any(lake.partition(f"measured_{name}", school.slug, W).exists() for name in BROKEN)


def test_one_that_cannot_even_be_stopped_is_ended_with_its_process(
    school: School, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """DuckDB looks for an interrupt between chunks of rows, and this is one row."""
    long = "string_agg(p0.week, '')"
    many = ", ".join(f"core.period AS p{n}" for n in range(5))
    school.replace(
        "eligibility", f"SELECT {NAMED}, levenshtein({long}, reverse({long})) AS n FROM {many} GROUP BY p0.week"
    )
    monkeypatch.setenv("WEERKLANK_METRIC_SECONDS", "1")
    with caplog.at_level(logging.WARNING):
        told = school.measure()
    assert "nothing came for" in told["unavailable"]["eligibility"]
    assert "The rest is measured again without it." in caplog.text
    assert "eligibility" not in told["metrics"]
    assert len(told["metrics"]) > 15


@pytest.mark.usefixtures("here")
def test_a_broken_contract_costs_that_metric_alone(school: School) -> None:
    path = home.SQL / "metrics" / "backlog.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("+++ */", ""), encoding="utf-8")
    told = school.measure()
    assert "close the contract" in told["unavailable"]["backlog"]
    assert school.document()["unavailable"] == {
        "backlog": {"title": {"nl": "backlog", "en": "backlog"}, "where": "own"}
    }


def test_a_broken_list_too_and_the_edition_says_what_is_missing_but_not_why(school: School) -> None:
    path = home.SQL / "lists" / "hours.sql"
    path.write_text("SELECT secret_column FROM core.heard", encoding="utf-8")
    school.replace("backlog", BROKEN["typo"][0])
    assert set(school.measure()["unavailable"]) == {"lists.hours", "backlog"}
    made = Path(steps.render(school.slug, W, school.cutoff)["edition"])
    page = (made / "report.en.html").read_text(encoding="utf-8")
    assert "Hours of the day and Still open could not be computed this week" in page.replace("\xa0", " ")
    kept = json.loads((made / "metrics.json").read_text(encoding="utf-8"))
    assert "secret_column" not in json.dumps({name: kept[name] for name in kept if name != "sql"})
    found = checks.found(settings.load(school.slug), kept)
    assert [(one.kind, one.about) for one in found] == [("metric", "backlog"), ("metric", "lists.hours")]


@pytest.mark.usefixtures("here")
def test_a_damaged_lake_is_no_broken_metric(school: School) -> None:
    path = next(home.lake().glob("mentions/*/*/part-0.parquet"))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(SourceError, match="is damaged"):
        school.measure()


@pytest.mark.usefixtures("here")
def test_sql_of_ours_that_is_broken_stops_the_report(school: School) -> None:
    (home.SQL / "core" / "heard.sql").write_text("SELEC 1", encoding="utf-8")
    with pytest.raises(MetricError, match=r"sql/core/heard\.sql, line 1"):
        school.measure()


def test_making_the_tables_is_no_metrics_fault(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """What hangs while nobody's query runs is blamed on none, and has more time."""
    told: list[tuple[str, int]] = []
    built: list[tuple[str, int]] = []
    monkeypatch.setattr(progress, "_tell", lambda what, seconds: told.append((what, seconds)))
    build = model.build

    def listening(*given: Any) -> None:
        built.append(told[-1])
        build(*given)

    monkeypatch.setattr(model, "build", listening)
    institution = settings.load(school.slug)
    week = Week.parse(W, institution.zone)
    document.build(institution, week, week.cutoff)
    assert built == [("", 600)]
    assert told[-1] == ("", 600)
    assert ("eligibility", 7) in told


@pytest.mark.usefixtures("here")
def test_files_with_odd_names_cost_nothing_else(school: School) -> None:
    names = ["a.b", "lists", "My Metric", "<b>", "checks.x"]
    for name in names:
        (home.SQL / "metrics" / f"{name}.sql").write_text("SELECT 1", encoding="utf-8")
    told = school.measure()["unavailable"]
    assert set(told) == set(names)
    assert all(name == "lists" or "small letters, digits and _" in told[name] for name in names)
    made = Path(steps.render(school.slug, W, school.cutoff)["edition"])
    page = (made / "report.en.html").read_text(encoding="utf-8").replace("\xa0", " ")
    assert "could not be computed this week" in page
    assert all(html.escape(name) in page for name in names if name != "checks.x")  # that is a data test, to a reader


@pytest.mark.usefixtures("here")
def test_targets_that_are_no_numbers_cost_those_metrics_alone(school: School) -> None:
    targets = {"target_nan": "nan", "target_inf": "inf", "target_below": "-inf"}
    school.copy("eligibility", targets)
    for name, target in targets.items():
        path = home.SQL / "metrics" / f"{name}.sql"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("min_count", f"target = {target}\nmin_count", 1), encoding="utf-8")
    told = school.measure()["unavailable"]
    assert set(told) == set(targets)
    assert all("target must be a finite number" in why for why in told.values())
    assert steps.render(school.slug, W, school.cutoff)["new"]
