"""Starting and checking a metric, as an analyst does it: no Python, and told what is wrong where."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tasks import home, period, settings
from tasks.cli import main
from tasks.errors import MetricError
from tasks.extract import files
from tasks.measure import contract
from tasks.workbench import cases, cost, reference, watch
from tests import world


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of sql/ and of the cases, to write in."""
    shutil.copytree(home.SQL, tmp_path / "sql")
    shutil.copytree(cases.FOLDER, tmp_path / "tests" / "metrics")
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    monkeypatch.setattr(cases, "FOLDER", tmp_path / "tests" / "metrics")
    return tmp_path


@pytest.fixture
def night(bench: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """A new metric: change its two files, and hear what its check says."""
    assert main(["metric", "new", "night_share"]) == 0
    assert capsys.readouterr().out.split() == ["sql/metrics/night_share.sql", "tests/metrics/night_share.toml"]

    def told(code: int, sql: tuple[str, str] = ("", ""), its_cases: tuple[str, str] = ("", "")) -> str:
        for path, (old, new) in (
            (bench / "sql" / "metrics" / "night_share.sql", sql),
            (bench / "tests" / "metrics" / "night_share.toml", its_cases),
        ):
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
        assert main(["metric", "check", "night_share"]) == code
        return capsys.readouterr().out

    return told


def test_what_the_template_makes_can_be_merged_as_it_is(night: Callable[..., str]) -> None:
    assert [line[:4] for line in night(0).splitlines()] == ["ok  "] * 5


def test_style_and_cost_are_told(night: Callable[..., str]) -> None:
    told = night(1, sql=("FROM core.heard\nFULL JOIN", "from core.heard\nFULL JOIN"))
    assert "sql/metrics/night_share.sql, line 36, column 1: Keywords must be consistently upper case. (CP01)" in told
    assert re.search(r"cost: joins 1, all on keys; 1,000 messages take \d+\.\d\d s and make [\d,]+ rows", told)
    told = night(1, sql=("from core.heard\n", "FROM core.heard\nCROSS JOIN core.reach\n"))
    assert "cost: joins 2, 1 of them every row with every other" in told


def test_the_rows_of_the_cost_are_the_same_every_time_and_grow_with_the_work() -> None:
    template = (home.SQL / "template" / "metric.sql").read_text(encoding="utf-8")
    more = template.replace("FROM core.heard\n", "FROM core.heard\nCROSS JOIN core.reach\n")
    first, again, crossed = (
        cost.measured(contract.parse("mine", text.encode())).rows for text in (template, template, more)
    )
    assert crossed > first == again > cost.MESSAGES


def test_a_typo_is_pointed_at(night: Callable[..., str]) -> None:
    told = night(1, sql=("share_pct(hits, n)", "share_pct(hit, n)"))
    assert "sql/metrics/night_share.sql, line 33, column 20: there is no column hit here" in told
    assert "                    ^^^" in told


def test_a_case_that_does_not_hold_shows_both_tables(night: Callable[..., str]) -> None:
    told = night(1, its_cases=("| 50", "| 51"))
    assert "        expected: 2026-W37 | 2 | 1    | 51\n        got:      2026-W37 | 2 | 1    | 50\n" in told


@pytest.mark.parametrize(
    ("sql", "its_cases", "message"),
    [
        (("headline ", "headlin "), ("", ""), "line 16: [show] headlin is not a known key. Did you mean headline?"),
        (('checks = ["hits <= n"]', 'checks = ["hits > n"]'), ("", ""), "“hits > n” does not hold for"),
        (('reads  = ["core.heard"]', 'reads  = ["core.turn"]'), ("", ""), "the query reads core.heard; say so"),
        (("", ""), ("item_id | direction", "item_id | directoin"), "a message has no directoin; it has "),
        (("", ""), ("week     | n | hits | share_pct", "week     | n | hits | sharepct"), "expects a column sharepct"),
        (("", ""), ("m1      | inbound   | post  |", "m1      | inbound   |"), "3 cells below 4 columns"),
        (("", ""), ("a quiet week", "a silent week"), "no case has “quiet week” in its name"),
        (("", ""), ("expect =", "expects ="), "has no expect"),
        (("", ""), ("[[case]]", "[[case"), "tests/metrics/night_share.toml, line 3, column 7: this is no TOML"),
    ],
)
def test_what_is_wrong_is_said(
    night: Callable[..., str], sql: tuple[str, str], its_cases: tuple[str, str], message: str
) -> None:
    told = night(1, sql, its_cases)
    assert message in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", ["../x", "Night", "sla_attainment", "", "a" * 41, "night share"])
def test_a_name_that_is_none_or_is_taken_makes_no_file(
    bench: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(bench.rglob("*"))
    assert main(["metric", "new", name]) == 2
    assert "weerklank: " in capsys.readouterr().err
    assert sorted(bench.rglob("*")) == before


def test_a_saved_file_is_noticed_and_an_unchanged_one_is_not(night: Callable[..., str], bench: Path) -> None:
    waited: list[float] = []
    path = bench / "sql" / "metrics" / "night_share.sql"

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        assert len(waited) < 9, "the save was not noticed"

    found = watch.saves("night_share", pause)
    next(found)
    assert waited == []
    next(found)
    assert len(waited) == 3
    path.unlink()
    next(found)
    assert len(waited) == 4


@pytest.fixture
def versioned(night: Callable[..., str], bench: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two messages in 2026-W37, and the metric as it is under Git."""
    if shutil.which("git") is None:
        pytest.skip("no Git on this machine: the definition of before comes from there (apt-get install git)")
    clock = 'name      = "Test School"\nclock = 2026-09-21T08:00:00+02:00'
    slug = world.settle(monkeypatch, bench, world.INSTITUTION.replace('name      = "Test School"', clock))
    rows = [world.item("p", "2026-09-08T10:00"), world.item("r", "2026-09-08T11:00", kind="reply", in_reply_to="p")]
    files.receive(settings.load(slug), world.jsonl(bench / "in.jsonl", *rows), fetched_at=period.now())
    who = ["-c", "user.name=A", "-c", "user.email=a@b.example"]
    for command in (["init", "-q"], ["add", "sql"], [*who, "commit", "-qm", "before"]):
        subprocess.run(["git", "-C", str(bench), *command], check=True)
    return slug


def test_what_a_change_does_is_shown_week_by_week(
    versioned: str, night: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["metric", "diff", "night_share", versioned, "--weeks", "3"]) == 0
    assert "0 of 3 lines differ (share_pct, pct)." in capsys.readouterr().out
    night(1, sql=("AND kind = 'post'", "AND kind IN ('post', 'reply')"))  # its first case says something else now
    capsys.readouterr()
    assert main(["metric", "diff", "night_share", versioned, "--weeks", "3"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[:2] == ["before  ·▁·  50.00 to 100.00 pct", "now     ·█·"]
    assert "2026-W37  all           2      2   50.00  100.00      +50.00" in told
    assert "1 of 3 lines differ" in told


def test_the_difference_as_a_page(
    versioned: str, night: Callable[..., str], bench: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night(1, sql=("AND kind = 'post'", "AND kind IN ('post', 'reply') AND '<b>' <> ''"))
    page = bench / "difference.html"
    assert main(["metric", "diff", "night_share", versioned, "--weeks", "3", "--html", str(page)]) == 0
    assert str(page) in capsys.readouterr().err
    told = page.read_text(encoding="utf-8")
    assert re.search(r">2026-W37</td>.*?>50\.00</td><td class=\"r\">100\.00</td><td class=\"r\">\+50\.00</td>", told)
    assert "IN (&#39;post&#39;, &#39;reply&#39;) AND &#39;&lt;b&gt;&#39;" in told
    assert "<svg" in told
    assert "<script" not in told


def test_a_new_metric_is_on_a_page_of_the_preview_and_nothing_else_changes(
    versioned: str, bench: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["report", "preview", "night_share", versioned, "--week", "2026-W37"]) == 0
    told = capsys.readouterr()
    files_made = [Path(line) for line in told.out.split()]
    (page,) = [path for path in files_made if path.suffix == ".html"]
    assert "The title" in page.read_text(encoding="utf-8")
    pictures = [path for path in files_made if path.suffix == ".png"]
    assert [path.name for path in pictures] == ["page-2.png", "page-3.png"]  # in its row, and in "How we measure"
    assert "night_share stands on page 2, 3." in told.err
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)
    kept = {path.name for path in (bench / "state").iterdir()}
    assert "reports" not in kept
    assert not list((bench / "state" / "lake").glob("measured_*"))
    assert main(["report", "preview", "nonsense", versioned]) == 1
    assert "There is no metric “nonsense”" in capsys.readouterr().err


def test_a_metric_that_is_new_has_no_before(versioned: str, bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    shutil.copy(bench / "sql" / "metrics" / "night_share.sql", bench / "sql" / "metrics" / "newer.sql")
    page = bench / "difference.html"
    assert main(["metric", "diff", "newer", versioned, "--weeks", "3", "--html", str(page)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("now     ·▁·  50.00 to 50.00 pct\n")
    assert "A new metric: there is no definition of before (share_pct, pct)." in told
    assert "Before" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--base", "nowhere"], "Git has no revision nowhere"),
        (["--base=--output=x"], "is no Git revision"),
        (["--weeks", "0"], "from 1 to 520"),
    ],
)
def test_what_cannot_be_compared(
    versioned: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["metric", "diff", "night_share", versioned, *arguments]) == 2
    assert message in capsys.readouterr().err


FILES = tomllib.loads((Path(__file__).parent / "broken" / "files.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("wrong", [pytest.param(one, id=one["name"]) for one in FILES])
def test_what_is_said_of_a_broken_file(
    bench: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: dict[str, str]
) -> None:
    monkeypatch.setenv("WEERKLANK_METRIC_MB", "100")
    assert main(["metric", "new", "mine"]) == 0
    path = bench / "sql" / "metrics" / "mine.sql"
    text = path.read_text(encoding="utf-8")
    assert wrong["old"] in text
    path.write_text(text.replace(wrong["old"], wrong["new"], 1), encoding="utf-8")
    there = sorted(bench.rglob("*"))
    capsys.readouterr()
    assert main(["metric", "check", "mine"]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("ok ")]
    assert told == wrong["says"].strip("\n").splitlines()
    assert sorted(bench.rglob("*")) == there


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (lambda good: good.encode("utf-16"), "is not UTF-8 text"),
        (lambda good: good.replace("owner", f"deep = {'[' * 5_000}\nowner", 1).encode(), "too deep inside each other"),
        (lambda good: good.replace("owner", f"long = {'9' * 5_000}\nowner", 1).encode(), "exceeds the limit"),
        (lambda good: good.replace("owner", "\0owner", 1).encode(), "line 9, column 1: this is no TOML"),
        (lambda good: None, "it cannot be read (Is a directory)"),
        (lambda good: b"\xef\xbb\xbf" + good.replace("\n", "\r\n").encode(), ""),
    ],
    ids=["UTF-16", "deep", "long", "NUL", "folder", "saved on Windows"],
)
def test_a_file_that_is_hardly_one(bench: Path, spoilt: Callable[[str], bytes | None], message: str) -> None:
    path = bench / "sql" / "metrics" / "mine.sql"
    data = spoilt((home.SQL / "metrics" / "mention_volume.sql").read_text(encoding="utf-8"))
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
    if message:
        with pytest.raises(MetricError, match=re.escape(message)):
            contract.load("mine")
    else:
        assert contract.load("mine").source.startswith(contract.OPEN)


def test_a_query_that_cannot_be_stopped_ends_the_command(bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB looks for an interrupt between chunks of rows, and this is one row."""
    assert main(["metric", "new", "mine"]) == 0
    path = bench / "sql" / "metrics" / "mine.sql"
    many = ", ".join(f"core.calendar AS c{n}" for n in range(2))
    long = "string_agg(c0.hour::VARCHAR, '')"
    never = f"(SELECT levenshtein({long}, reverse({long})) FROM {many}) AS low_pct"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("core.wilson_low_pct(hits, n) AS low_pct", never), encoding="utf-8")
    program = (
        "import pathlib, sys\n"
        "from tasks import home\n"
        "from tasks.workbench import cases\n"
        "from tasks.cli import main\n"
        "home.SQL, cases.FOLDER = (pathlib.Path(one) for one in sys.argv[1:])\n"
        "sys.exit(main(['metric', 'check', 'mine'], alone=True))\n"
    )
    command = [sys.executable, "-c", program, str(bench / "sql"), str(bench / "tests" / "metrics")]
    done = subprocess.run(command, cwd=home.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "sql/metrics/mine.sql: it takes longer than 5 s and cannot be stopped" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_contract_is_told_as_it_is() -> None:
    assert reference.SCHEMA.read_text(encoding="utf-8") == reference.schema()
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page()


@pytest.mark.parametrize("name", contract.names())
def test_every_contract_fits_its_schema(name: str) -> None:
    head = contract.load(name).source.removeprefix(contract.OPEN).partition(contract.CLOSE)[0]
    jsonschema.validate(tomllib.loads(head), json.loads(reference.schema()))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('where     = "own"', '[show] where = "own" is for answer_curve, backlog'),
        (
            'where     = "page"',
            "line 15: [show] where must be 'tile', 'chart', 'table', 'appendix', 'nowhere'",
        ),
    ],
)
def test_a_place_that_is_none(night: Callable[..., str], said: str, message: str) -> None:
    assert message in night(1, sql=('where     = "table"', said))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"show": {"where": "page"}}, json.loads(reference.schema()))


def test_a_metric_with_more_rows_a_week_has_no_tile(night: Callable[..., str]) -> None:
    assert "takes one figure a week" in night(1, sql=('"dimension", "group"]', '"dimension", "group", "kind"]'))
