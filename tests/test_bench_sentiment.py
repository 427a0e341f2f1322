"""./weerklank bench sentiment: every engine on a labelled file, through the real command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks import home
from tasks.bench.sentiment import compare, rivals
from tasks.cli import main
from tasks.sentiment import engines
from tasks.sentiment.engine import EngineUnavailable

ROWS = """review|tone
Wat een geweldige docent|positief
Prachtige les vandaag|pos
The staff are lovely and helpful|1
Waardeloos rooster|negatief
Awful service, nobody helps|-1
De les is om tien uur|neutraal
The library opens at nine|0
"""


def bench(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tasks.cli", "bench", "sentiment", str(path), *more]
    return subprocess.run(command, cwd=home.ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("bench") / "reviews.csv"
    path.write_text(ROWS, encoding="utf-8")
    done = bench(path, "--text", "review", "--label", "tone", "--format", "json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_every_engine_is_there_with_its_figures(told: dict[str, Any]) -> None:
    assert list(told["engines"]) == [*engines.ENGINES, *rivals.RIVALS]
    for found in told["engines"].values():
        if "reason" in found:
            continue
        assert found["n"] == 7
        low, high = found["macro_f1_interval"]["low"], found["macro_f1_interval"]["high"]
        assert 0 <= low <= found["macro_f1"] <= high <= 1
        assert found["net_score_error"] == pytest.approx(abs(found["net_score"] - told["net_score"]), abs=2e-4)
        assert found["texts_per_cpu_second"] > 0
    assert set(engines.ENGINES) <= {name for name, found in told["engines"].items() if "macro_f1" in found}
    assert told["engines"]["e5"]["macro_f1"] > 0.7
    assert told["engines"]["e5"]["negative_recall"] == 1


def test_a_file_without_neutral_says_what_the_figure_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two.csv"
    path.write_text("text,label\nprachtig,pos\nwaardeloos,neg\nDe les is om tien uur,neg\n", encoding="utf-8")
    monkeypatch.setattr(compare, "MANY", 1)  # nothing is said of their speed here, nor of rivals
    monkeypatch.setattr(compare, "RIVALS", {})
    assert main(["bench", "sentiment", str(path), "--sample", "3"]) == 0
    assert (
        "Macro-F1 over negative, positive; neutral does not occur in this file, and is wrong as an answer"
        in capsys.readouterr().out
    )


def test_a_broken_file_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.csv"
    path.write_text("text,label\nprima,5\n", encoding="utf-8")
    assert main(["bench", "sentiment", str(path)]) == 2
    assert "broken.csv, line 2: the label “5” is not one of" in capsys.readouterr().err


def test_what_cannot_run_is_named_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.sentiment import labelled

    def broken() -> Any:
        raise EngineUnavailable("it is on holiday.")

    monkeypatch.setattr(rivals, "RIVALS", {"vader": broken})
    monkeypatch.setattr(compare, "RIVALS", {"vader": broken})
    monkeypatch.setattr(engines, "ENGINES", {"lexicon": "sql_engine"})
    path = tmp_path / "reviews.csv"
    path.write_text(ROWS, encoding="utf-8")
    found = labelled.read(path, "review", "tone")
    outcomes = compare.compare(found, lambda _: None)
    assert compare.document(found, outcomes)["engines"]["vader"] == {"reason": "it is on holiday."}
    assert "vader: not measured. it is on holiday." in compare.table(found, outcomes)
