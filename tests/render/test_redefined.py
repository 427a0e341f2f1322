"""What is said of a figure that is calculated otherwise than before."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tasks.render.facts import Facts
from tasks.render.redefined import told
from tasks.render.voice import Voice
from tests.render import sample

OLD = {"week": "2026-W47", "n": 120, "value": 61.2, "low": 52.0, "high": 69.0}


@pytest.mark.parametrize(
    ("metric", "earlier", "says"),
    [
        ("sla_attainment", {"rows": [OLD]}, "by the old definition it would be 61%"),
        ("sla_attainment", {"rows": []}, "by the old definition it can no longer be calculated"),
        ("answer_curve", {"rows": [], "several": True}, "calculated otherwise since week 46; all of it is by the new"),
    ],
)
def test_old_and_new(metric: str, earlier: dict[str, Any], says: str) -> None:
    document, institution = copy.deepcopy(sample.normal()), sample.institution()
    assert list(told(Voice(Facts(document, institution), institution, "en"))) == []
    document["metrics"][metric]["earlier"] = {"since": "2026-W46", **earlier}
    (sentence,) = told(Voice(Facts(document, institution), institution, "en"))
    assert says in sentence
