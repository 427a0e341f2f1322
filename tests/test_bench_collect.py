"""The benchmark of collecting collects everything there is, and says what it took."""

from __future__ import annotations

import json

import pytest

from tasks.bench import collect, timeline


def test_everything_is_landed_and_the_figures_are_those_of_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    collect.report(810, "json", lambda line: None)
    told = json.loads(capsys.readouterr().out)
    assert told["items"] == 810
    assert told["items_per_second"] == pytest.approx(810 / told["wall_seconds"], rel=0.01)
    assert told["met"] == (told["items_per_second"] >= 2000 and told["late_mb"] - told["early_mb"] <= 32)


def test_no_two_statuses_say_the_same() -> None:
    assert len({timeline.status(number)["content"] for number in range(2000)}) == 2000
