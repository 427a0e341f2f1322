"""The exchange format: what is read, and what a person is told about a line that is not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract import exchange
from tasks.extract.fields import FIELDS

GOOD: dict[str, Any] = {"id": "1", "source": "mastodon", "created_at": "2026-09-08T10:00:00+02:00"}


def parse(line: str) -> dict[str, Any]:
    """The one line of a page as a row."""
    items = exchange.read(line.encode())
    assert (items.lines, items.refused) == ([1], [])
    return {key: value for key, (value,) in items.columns.items()}


def refused(*lines: str) -> list[tuple[int, str]]:
    return exchange.read("\n".join(lines).encode()).refused


def test_a_line_becomes_a_row_with_every_key_and_utc_times() -> None:
    row = parse(json.dumps(GOOD | {"text": "Hoi\0", "case": {"id": "c", "assigned_at": "2026-09-08T11:00:00Z"}}))
    assert row["created_at"] == datetime(2026, 9, 8, 8, tzinfo=UTC)
    assert (row["kind"], row["author_kind"], row["visibility"], row["deleted"]) == ("post", "public", "public", False)
    assert (row["text"], row["case_id"], row["needs_reply"]) == ("Hoi", "c", None)
    assert row["assigned_at"] == datetime(2026, 9, 8, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"id": ""}, "id is missing"),
        ({"id": 1.23e18}, "id is not text"),
        (
            {"id": "1.23E+18"},
            "id (of the shape 9.99X+99) was ruined by a spreadsheet (scientific notation); export the ids as text",
        ),
        (
            {"id": "1,23E+18"},
            "id (of the shape 9,99X+99) was ruined by a spreadsheet (scientific notation); export the ids as text",
        ),
        ({"source": "../etc"}, "source is not a short lower-case name like “mastodon”"),
        ({"created_at": None}, "created_at is missing"),
        (
            {"created_at": "08-09-2026"},
            "created_at (of the shape 99-99-9999) is not a time like 2026-11-17T21:14:00+01:00",
        ),
        (
            {"created_at": "2026-09-08T10:00:00"},
            "created_at (of the shape 9999-99-99X99:99:99) is not a time like 2026-11-17T21:14:00+01:00",
        ),
        ({"created_at": "2026-02-30T10:00:00Z"}, "created_at “2026-02-30T10:00:00Z” is not a time that exists"),
        ({"created_at": "1970-01-01T00:00:00Z"}, "created_at “1970-01-01T00:00:00Z” is outside 1990–2199"),
        (
            {"created_at": 1757318400},
            "created_at (of the shape 9999999999) is not a time like 2026-11-17T21:14:00+01:00",
        ),
        ({"edited_at": "soon"}, "edited_at (of the shape xxxx) is not a time like 2026-11-17T21:14:00+01:00"),
        (
            {"kind": "tweet"},
            "kind (of the shape xxxxx) is unknown; use one of post, reply, comment, review, article, ticket_message, "
            "mail, survey_answer, repost, case",
        ),
        ({"deleted": "yes"}, "deleted is not true or false"),
        ({"rating": "5"}, "rating is not a number"),
        ({"rating": True}, "rating is not a number"),
        ({"text": ["a"]}, "text is not text"),
        ({"Text": "a"}, "unknown key of the shape Xxxx; did you mean text?"),
        ({"Anna de Vries": 1}, "unknown key of the shape Xxxx xx Xxxxx"),
        ({"author_name": "Anna de Vries"}, "unknown key of the shape xxxxxx_xxxx; did you mean author_kind?"),
        ({"id": "\ud83d"}, "id holds half a character"),
        ({"case": {"id": "c", "cause": "\ud83d"}}, "case cause holds half a character"),
        ({"case": {"cause": "x"}}, "case has no id"),
        (
            {"case": {"id": "c", "solved_at": None}},
            "in case: unknown key of the shape xxxxxx_xx; did you mean resolved_at?",
        ),
        (
            {"case": {"id": "c", "resolved_at": "gisteren"}},
            "case resolved_at (of the shape xxxxxxxx) is not a time like 2026-11-17T21:14:00+01:00",
        ),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], reason: str) -> None:
    good = json.dumps(GOOD)
    assert refused(good, json.dumps(GOOD | change), good) == [(2, reason)]


def test_of_two_mistakes_the_first_of_the_format_is_said_and_the_lines_around_stay() -> None:
    bad = json.dumps({"deleted": "yes", "text": 5, "created_at": "soon"} | {"id": "2", "source": "mastodon"})
    page = "\n".join([json.dumps(GOOD), bad, "", "{", json.dumps(GOOD | {"id": "3", "text": "Hoi"})])
    items = exchange.read(page.encode())
    assert items.refused == [(2, "text is not text"), (4, "this is not valid JSON")]
    assert (items.lines, items.columns["id"], items.columns["text"]) == ([1, 5], ["1", "3"], [None, "Hoi"])
    assert {len(values) for values in items.columns.values()} == {2}


@pytest.mark.parametrize("line", ["{", "[]", "null", '"text"', "[" * 5000, "12"])
def test_what_is_no_item_is_said(line: str) -> None:
    ((number, reason),) = refused(line)
    assert number == 1
    assert re.search("not valid JSON|not a JSON object", reason)


@given(st.binary(max_size=300))
def test_no_bytes_whatever_stop_the_rest_of_a_file(noise: bytes) -> None:
    good = json.dumps(GOOD).encode()
    found = exchange.read(noise.replace(b"\n", b" ") + b"\n" + good + b"\n")
    assert found.lines[-1] == 2
    assert all(line == 1 for line, _ in found.refused)


ODD = (1, True, "", "x\0y", "\ud800", "é" * 20_001, [], "2026-02-30T21:14:00Z", None)


@pytest.mark.parametrize("key", [field.key for field in FIELDS])
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_a_column_read_at_once_says_what_each_line_says_by_itself(key: str, odd: object) -> None:
    """Columns of plain text take a shorter way, and one odd value must send them back to the long one."""
    plain = {"id": "1", "source": "mail", "created_at": "2026-11-17T21:14:00+01:00", "author": "a", "kind": "post"}
    lines = [json.dumps(plain | ({key: odd} if number == 7 else {})).encode() for number in range(20)]
    whole = exchange.read(b"\n".join(lines))
    alone = [exchange.read(line) for line in lines]
    assert whole.columns == {name: [one for page in alone for one in page.columns[name]] for name in whole.columns}
    assert [reason for _, reason in whole.refused] == [reason for page in alone for _, reason in page.refused]
