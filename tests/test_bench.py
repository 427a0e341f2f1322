"""The benchmark: it compares the right answers, says what was missed, and does so through the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tasks import home
from tasks.bench import equal, goals, lakes, measure
from tasks.bench.plan import METRICS
from tasks.errors import CheckFailed

ITEMS, WEEKS = 300, (3, 9)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def told(folder: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    command = [sys.executable, "-m", "tasks.cli", "bench", "metrics", "--keep", str(folder), "--rounds", "1"]
    command += ["--items-a-week", str(ITEMS), "--weeks", *map(str, WEEKS), "--format", "json"]
    done = subprocess.run(command, cwd=home.ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done, json.loads(done.stdout)


def answers(folder: Path, weeks: int) -> Path:
    return folder / f"{weeks}-weeks-of-{ITEMS}" / "answer" / str(weeks)


def changed(source: Path, target: Path, metric: str, column: str, value: pa.Array) -> Path:
    """The same answer, but for one column."""
    target.mkdir()
    for name in METRICS:
        table = pq.read_table(source / f"{name}.parquet")
        if name == metric:
            table = table.set_column(table.column_names.index(column), column, value)
        pq.write_table(table, target / f"{name}.parquet")
    return target


@pytest.mark.slow
def test_every_comparison_is_there(told: tuple[subprocess.CompletedProcess[str], dict[str, Any]]) -> None:
    done, document = told
    assert done.returncode == (0 if document["met"] else 1)
    assert document["met"] == all(one["met"] is not False for one in document["comparisons"])
    assert document["metrics"] == list(METRICS)
    assert "count(DISTINCT author)" in document["scan"]
    seen = [(one["what"], one["size"].split(",")[0], one["rival"], one["goal"]) for one in document["comparisons"]]
    rivals = {"3 weeks": ["polars", "pandas", "scan", "count"], "9 weeks": ["polars", "scan", "count"]}
    expected = [
        (what, size, rival, goals.GOALS.get((what, rival)))
        for size, names in rivals.items()
        for what in ("wall", "cpu", "memory")
        for rival in names
    ]
    assert seen == [*expected, ("cpu", "1 week", "history of 7", 1.3)]
    assert all(one["ours"] > 0 and one["theirs"] > 0 for one in document["comparisons"])
    assert len([line for line in done.stderr.splitlines() if "round 1" in line]) == 5 + 4 + 1


@pytest.mark.slow
@pytest.mark.usefixtures("told")
def test_everybody_gives_every_week_and_group(folder: Path) -> None:
    for weeks in WEEKS:
        for job in ("ours", "polars", *(["pandas"] if weeks == WEEKS[0] else [])):
            for metric in METRICS:
                table = pq.read_table(answers(folder, weeks) / job / f"{metric}.parquet")
                assert len(set(table["week"].to_pylist())) == weeks
                assert set(table["dimension"].to_pylist()) == {"all", "department", "source"}
        table = pq.read_table(answers(folder, weeks) / "ours" / "first_response_time.parquet")
        totals = table.filter(pc.field("dimension") == "all")
        assert min(totals["n"].to_pylist()) > 30
        assert None not in totals["median_open_low_seconds"].to_pylist()


@pytest.mark.slow
@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("metric", "column", "by"),
    [
        ("first_response_time", "authors", 1),
        ("first_response_time", "p90_open_high_seconds", 1),
        ("sla_attainment", "low_pct", 0.0002),
        ("response_rate", "ever_answered", 1),
    ],
)
def test_a_rival_that_is_wrong_somewhere_is_noticed(
    folder: Path, tmp_path: Path, metric: str, column: str, by: float
) -> None:
    ours = answers(folder, WEEKS[0]) / "ours"
    assert equal.differences(ours, answers(folder, WEEKS[0]) / "polars") == []
    values = pq.read_table(ours / f"{metric}.parquet")[column].to_pylist()
    place = max(place for place, value in enumerate(values) if value is not None)
    values[place] += by
    wrong = changed(ours, tmp_path / "wrong", metric, column, pa.array(values))
    (finding,) = equal.differences(ours, wrong)
    assert finding.startswith(f"{metric}: {column} differs in 1 rows")
    values[place] = None
    gone = changed(ours, tmp_path / "gone", metric, column, pa.array(values))
    assert len(equal.differences(ours, gone)) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("told")
def test_a_rival_that_leaves_rows_or_columns_out_is_noticed(folder: Path, tmp_path: Path) -> None:
    ours = answers(folder, WEEKS[0]) / "ours"
    for metric in METRICS:
        pq.write_table(pq.read_table(ours / f"{metric}.parquet"), tmp_path / f"{metric}.parquet")
    path = tmp_path / "sla_attainment.parquet"
    table = pq.read_table(path)
    pq.write_table(table.slice(1), path)
    assert equal.differences(ours, tmp_path) == [
        f"sla_attainment: 1 rows are in one answer only, like {table['week'][0]} all all"
    ]
    pq.write_table(pa.concat_tables([table, table.slice(0, 2)]), path)
    assert equal.differences(ours, tmp_path) == [f"sla_attainment: 2 rows too many in {tmp_path.name}"]
    pq.write_table(table.drop_columns(["pending"]), path)
    assert equal.differences(ours, tmp_path) == ["sla_attainment: columns in one answer only: pending"]
    pq.write_table(table.slice(0, 0), path)
    assert equal.differences(ours, tmp_path) == ["sla_attainment: no rows at all"]


@pytest.mark.slow
@pytest.mark.usefixtures("told")
def test_a_difference_ends_the_benchmark(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "JOBS", {name: measure.JOBS[name] for name in ("ours", "count")})
    monkeypatch.setattr(measure, "SAME", ("count",))  # whose folder holds no such answer
    for metric in METRICS:
        table = pq.read_table(answers(folder, WEEKS[0]) / "ours" / f"{metric}.parquet")
        pq.write_table(table.slice(1), answers(folder, WEEKS[0]) / "count" / f"{metric}.parquet")
    bench = measure.Bench(folder, WEEKS[:1], ITEMS, 1, lambda _: None)
    with pytest.raises(CheckFailed, match=r"count and our SQL do not say the same:\n  first_response_time: 1 rows"):
        bench.run()


@pytest.mark.slow
def test_a_lake_is_used_again_while_its_generator_is_the_same(tmp_path: Path) -> None:
    state = lakes.made(tmp_path, WEEKS[0], ITEMS)
    part = next((state / "lake" / "turns").glob("*/*/*.parquet"))
    before = (part.stat().st_mtime_ns, part.read_bytes())
    assert lakes.made(tmp_path, WEEKS[0], ITEMS) == state
    assert part.stat().st_mtime_ns == before[0]
    (state / lakes.MARK).write_text("an older one", encoding="ascii")
    lakes.made(tmp_path, WEEKS[0], ITEMS)
    assert part.stat().st_mtime_ns != before[0]
    assert part.read_bytes() == before[1]  # the same weeks, the same bytes


def took(**figures: float) -> dict[str, goals.Took]:
    """Ours takes 1 of everything; a rival takes what is said."""
    return {name: goals.Took(seconds, seconds, seconds) for name, seconds in {"ours": 1.0, **figures}.items()}


@pytest.mark.parametrize(
    ("rivals", "met"),
    [
        ({"polars": 1.0 / 0.85, "pandas": 2.0, "scan": 0.25, "count": 0.001}, True),
        ({"polars": 1.1}, False),  # fast enough, too much memory
        ({"polars": 0.99}, False),
        ({"pandas": 1.99}, False),
        ({"scan": 0.24}, False),
    ],
)
def test_a_missed_goal_is_a_missed_goal(rivals: dict[str, float], met: bool) -> None:
    comparisons = goals.compared("small", took(**rivals))
    assert goals.all_met(comparisons) is met
    assert ("MISSED" in goals.table(comparisons)) is not met


def test_the_least_of_each_figure_counts() -> None:
    runs = [goals.Took(3, 1, 5), goals.Took(2, 2, 4)]
    assert goals.Took.least(runs) == goals.Took(2, 1, 4)


@pytest.mark.parametrize("met", [True, False])
def test_the_exit_code_tells_whether_goals_were_met(
    met: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tasks.cli import main

    one = goals.Comparison("wall", "small", 1.0, "polars", 2.0 if met else 0.5, 1.0)
    monkeypatch.setattr(measure.Bench, "run", lambda _: [one])
    assert main(["bench", "metrics"]) == (0 if met else 1)
    assert ("MISSED" in capsys.readouterr().out) is not met


def test_without_polars_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tasks.cli import bench_metrics, main

    monkeypatch.setattr(bench_metrics, "find_spec", lambda _: None)
    assert main(["bench", "metrics"]) == 2
    assert "run ./weerklank test once" in capsys.readouterr().err


def test_a_rival_that_breaks_is_no_benchmark(tmp_path: Path) -> None:
    from tasks.bench import program
    from tasks.errors import WeerklankError

    with pytest.raises(WeerklankError, match=r"the benchmark's program by_polars failed:"):
        program.run("by_polars", tmp_path, os.devnull, os.devnull, str(tmp_path), "1")
