"""What analysts may write as a pattern, in Python and in DuckDB alike."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import home, warehouse
from tasks.topics import patterns

CASES = [
    ("rooster", "Het rooster klopt niet", True),
    ("rooster", "De roosters kloppen niet", False),
    ("rooster*", "De ROOSTERS kloppen niet", True),
    ("*rooster", "Het lesrooster klopt niet", True),
    ("*rooster*", "Een roosterwijziging", True),
    ("een cafe", "Een café!", True),
    ("double booked", "We are double-booked.", True),
    ("double-booked", "double booked again", True),
    ("neemt .. op", "neemt hier ooit iemand op?", True),
    ("neemt .. op", "neemt op", True),
    ("neemt .. op", "neemt een twee drie vier vijf op", False),
    ("bel/belt terug", "Ze belt terug", True),
    ("bel/belt terug", "Ze bellen terug", False),
    ("(geen reactie/nooit antwoord) .. mail", "Nooit antwoord op mijn mail", True),
    ("can t", "I can't", True),
    ("re: [0-9]{2} uur ", "om 12 uur weg", True),
    ("re: [0-9]{2} uur ", "om twaalf uur weg", False),
    ("8,5", "een 8.5 gehaald", True),
]


@pytest.mark.parametrize(("pattern", "text", "found"), CASES)
def test_a_pattern_finds_whole_words_in_python_and_in_duckdb(pattern: str, text: str, found: bool) -> None:
    expression = patterns.union([pattern]) if not pattern.startswith("re:") else patterns.regex(pattern)
    assert expression is not None
    assert bool(re.search(expression, patterns.plain(text))) is found
    asked = "SELECT regexp_matches($words, $expression)"
    assert duckdb.execute(asked, {"words": patterns.plain(text), "expression": expression}).fetchone() == (found,)


@pytest.mark.parametrize("wrong", ["", "..", "*", "a*", "(een", "?!", "re:(", "een)", "( / )", "re:", "re:.*", "re:b?"])
def test_what_cannot_be_a_pattern_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"word|letters|bracket|regular expression|every text"):
        patterns.regex(wrong)


@pytest.mark.parametrize(
    ("expression", "fits"),
    [("re:Tentamen", False), ("re:café", False), (r"re:\p{Lu}x", True), (r"re:\D+\W", True), ("re:(?P<Wie>ik)", True)],
)
def test_what_can_never_fit_is_refused_and_a_sign_is_no_letter(expression: str, fits: bool) -> None:
    if fits:
        assert patterns.regex(expression)
    else:
        with pytest.raises(ValueError, match="can never fit"):
            patterns.regex(expression)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("abé ôñ*./()/9'-#"), max_size=30))
def test_any_pattern_is_refused_or_is_an_expression_for_both(pattern: str) -> None:
    try:
        expression = patterns.union([pattern])
    except ValueError:
        return
    assert expression is not None
    re.compile(expression)
    duckdb.execute("SELECT regexp_matches('x', $expression)", {"expression": expression}).fetchall()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"], max_codepoint=0x17F), max_size=40))
def test_plain_words_are_the_same_in_python_and_in_staging(text: str) -> None:
    items = {"item_id": ["one"], "title": [None], "text": [text], "author_kind": ["public"], "visibility": ["public"]}
    with warehouse.connect(ZoneInfo("UTC"), threads=1) as db:
        warehouse.put(db, "staging.item", pa.table(items, pa.schema([(name, pa.string()) for name in items])))
        warehouse.run_file(db, home.SQL / "staging" / "25_topic.sql")
        assert db.sql("SELECT words FROM staging.worded").fetchall()[0][0].split() == patterns.plain(text).split()
