"""Differences and verdicts against independent programs, and at their edges."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from tests.estimates import MANY, estimate, judged, moved, side, wilson

METHOD = {"page": "holm", "tables": "fdr_bh"}
counts = st.integers(1, 800).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def share(hits: int, n: int, ends: tuple[float, float], **more: Any) -> dict[str, Any]:
    return side(round(100 * hits / n, 4), *ends, n, **more)


def one(now: dict[str, Any], base: dict[str, Any], **more: Any) -> dict[str, Any]:
    return judged(estimate(now, base, **more))["m"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=50))
def test_the_interval_of_two_shares_is_newcombes(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    ends = wilson([pair for both in pairs for pair in both])
    rows = judged(
        *(
            estimate(share(*now, ends[2 * at]), share(*base, ends[2 * at + 1]), f"m{at}")
            for at, (now, base) in enumerate(pairs)
        )
    )
    for at, (now, base) in enumerate(pairs):
        expected = [100 * end for end in confint_proportions_2indep(*now, *base, method="newcomb", compare="diff")]
        got = [rows[f"m{at}"]["change_low"], rows[f"m{at}"]["change_high"]]
        assert got == pytest.approx(expected, abs=0.0005), (now, base)  # every end was rounded to four decimals


@pytest.mark.parametrize("family", METHOD)
def test_what_is_claimed_is_what_statsmodels_rejects(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "collect", lambda: 0)  # statsmodels calls it for every Holm: half a minute here
    rng = np.random.default_rng(20_260)
    z = {f"e{at}": rng.normal(0, rng.choice([1, 2, 3]), rng.integers(1, 41)) for at in range(150)}
    rows = judged(
        *(
            moved(float(one), f"{edition} {at}", edition=edition, family=family)
            for edition, many in z.items()
            for at, one in enumerate(many)
        )
    )
    for edition, many in z.items():
        rejected = multipletests(2 * stats.norm.sf(abs(many)), alpha=0.025, method=METHOD[family])[0]
        for at, (one, claim) in enumerate(zip(many, rejected, strict=True)):
            expected = ("better" if one > 0 else "worse") if claim else "no_reliable_change"
            assert rows[f"{edition} {at}"]["verdict"] == expected


def test_families_and_editions_do_not_count_each_other() -> None:
    """z = 2.3 passes alone (2.24), not as one of two (2.50); z = 2.6 as the first of two does."""
    alone = moved(2.3, "alone", edition="a")
    page, table = moved(2.3, "page", edition="b"), moved(2.3, "table", edition="b", family="tables")
    two = [moved(2.3, "weak", edition="c"), moved(2.4, "strong", edition="c")]
    stepped = [moved(2.3, "second", edition="d"), moved(2.6, "first", edition="d")]
    said = {name: row["verdict"] for name, row in judged(alone, page, table, *two, *stepped).items()}
    claimed = {name for name, verdict in said.items() if verdict == "better"}
    assert claimed == {"alone", "page", "table", "first", "second"}


def test_a_weak_one_is_carried_by_stronger_ones_in_tables_only() -> None:
    """Benjamini-Hochberg looks from the weakest up: 2.30 is the last of three (2.24); Holm stops at the first."""
    z = {"a": 2.30, "b": 2.31, "c": 2.32}
    told = judged(*(moved(one, name, family="tables") for name, one in z.items()))
    assert {row["verdict"] for row in told.values()} == {"better"}
    told = judged(*(moved(one, name) for name, one in z.items()))
    assert {row["verdict"] for row in told.values()} == {"no_reliable_change"}


@pytest.mark.parametrize(
    ("z", "good", "expected"),
    [(9, "up", "better"), (-9, "up", "worse"), (9, "down", "worse"), (-9, "down", "better"), (9, "none", "higher"),
     (-9, "none", "lower"), (2.2, "up", "no_reliable_change"), (0, "none", "no_reliable_change")],
)  # fmt: skip
def test_the_direction_that_is_good_decides_the_word(z: float, good: str, expected: str) -> None:
    assert judged(moved(z, "m", good=good))["m"]["verdict"] == expected


FAR, NEAR = (80, 78, 82), (20, 18, 22)


@pytest.mark.parametrize(
    ("now", "base"),
    [
        ({"n": 9}, {}),  # under the metric's minimum of ten
        ({}, {"n": 9}),
        ({"n": 29}, {}),  # under thirty cases, of people unknown
        ({"n": 500, "people": 29}, {}),  # under thirty people
        ({}, {"n": 500, "people": 29}),
        ({"n": 0, "value": None, "low": None, "high": None}, {}),
        ({"low": None}, {}),  # an interval that could not be drawn
        ({}, {"high": None}),
        ({"value": None}, {}),
    ],
)
def test_too_few_to_compare(now: dict[str, Any], base: dict[str, Any]) -> None:
    assert one(side(*FAR), side(*NEAR))["verdict"] == "better"
    assert one(side(*FAR) | now, side(*NEAR) | base)["verdict"] == "too_few"


def test_thirty_is_enough_and_the_contract_may_ask_for_more() -> None:
    assert one(side(*FAR, 30), side(*NEAR, 30))["verdict"] == "better"
    assert one(side(*FAR, 39), side(*NEAR, 80), min_count=40)["verdict"] == "too_few"


def test_what_has_too_few_is_not_counted_among_the_comparisons() -> None:
    told = judged(moved(2.3, "m"), *(moved(0.1, f"small{at}", now_n=29) for at in range(5)))
    assert told["m"]["verdict"] == "better"


def test_equal_figures_have_not_changed() -> None:
    told = one(side(50, 40, 60, 100), side(50, 45, 55, 400))
    assert (told["change"], told["verdict"]) == (0, "no_reliable_change")
    assert told["change_low"] == -told["change_high"] == pytest.approx(-(125**0.5), abs=1e-4)


def test_a_quantile_that_was_never_reached_is_open_to_infinity() -> None:
    """Half of them had no answer when nobody was followed any longer: at least 20,000 seconds, and no upper end."""
    silent, quick = side(None, 9000, None, followed=20_000), side(3500, 3000, 4000, followed=30_000)
    told = one(silent, quick, good="down")
    assert (told["change"], told["change_high"], told["verdict"]) == (None, None, "worse")
    assert told["change_low"] == pytest.approx(16_500 - (11_000**2 + 500**2) ** 0.5, abs=1e-3)
    told = one(quick, silent, good="down")
    assert (told["change"], told["change_low"], told["verdict"]) == (None, None, "better")
    assert one(silent, silent, good="down")["verdict"] == "no_reliable_change"
    # A base that may be of any length is never said to have been shorter.
    base = side(3500, 3000, None, followed=30_000)
    assert one(side(9000, 8000, 9900, followed=30_000), base, good="down")["verdict"] == "no_reliable_change"


def test_intervals_without_width_say_what_two_that_just_touch_would() -> None:
    """z = 2.77: enough for the strongest of four (2.73), not for the strongest of five (2.81)."""
    heaped = estimate(side(80, 80, 80), side(20, 20, 20))
    verdicts = [judged(heaped, *(moved(0, f"quiet{at}") for at in range(many)))["m"]["verdict"] for many in (3, 4)]
    assert verdicts == ["better", "no_reliable_change"]
    assert one(side(20, 20, 20), side(20, 20, 20))["verdict"] == "no_reliable_change"


def test_ten_messages_of_one_person_are_one_person() -> None:
    now, base = side(60, 50, 70, 400), side(40, 35, 45, 1600)
    narrow, wide = one(now, base), one(now | {"people": 100}, base | {"people": 400})
    assert (wide["change"], narrow["change"]) == (20, 20)
    assert 20 - wide["change_low"] == pytest.approx(2 * (20 - narrow["change_low"]), abs=1e-3)
    assert (narrow["verdict"], wide["verdict"]) == ("better", "no_reliable_change")
    known = one(now | {"people": 100}, base | {"people": 400}, over="people")  # that interval was drawn over people
    assert (known["change_low"], known["verdict"]) == (narrow["change_low"], "better")


@pytest.mark.parametrize(("people", "expected"), [(60, "no_reliable_change"), (MANY, "better")])
def test_an_interval_over_few_people_is_itself_uncertain(people: int, expected: str) -> None:
    """2.27 passes as a normal deviate, not as Student's t on 59 degrees of freedom; the base has no error here."""
    now = side(2.27, 2.27 - 1.959963984540054, 2.27 + 1.959963984540054, people)
    assert stats.t.sf(2.27, 59) > 0.0125 > stats.norm.sf(2.27)
    assert one(now, side(0, 0, 0))["verdict"] == expected
