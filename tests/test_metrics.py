"""Every file in sql/metrics against its cases in tests/metrics; tasks/workbench/cases.py says how to read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tasks.measure import contract
from tasks.workbench import cases, trial


def listed() -> Iterator[Any]:
    for path in sorted(cases.FOLDER.glob("*.toml")):
        for case in cases.load(path.stem):
            yield pytest.param(case, id=f"{case.metric}: {case.name}")


@pytest.mark.parametrize("case", list(listed()))
def test_metric(case: cases.Case) -> None:
    found = trial.outcome(case, contract.load(case.metric))
    assert found.got == found.expected


def test_every_metric_has_cases_with_a_quiet_and_a_one_message_week() -> None:
    assert set(contract.names()) == {path.stem for path in cases.FOLDER.glob("*.toml")}
    for metric in contract.names():
        names = [case.name for case in cases.load(metric)]
        for kind in ("quiet week", "one-message week"):
            assert any(kind in name for name in names), (metric, kind)
