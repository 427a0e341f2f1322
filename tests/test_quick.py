"""Two readers of one format: what the quick one takes, it reads as the careful one does; it refuses nothing itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.extract import exchange, quick

GOOD: dict[str, Any] = {"id": "1", "source": "mastodon", "created_at": "2026-09-08T10:00:00+02:00"}
MOMENT = '"source": "x", "created_at": "2026-09-08T10:00:00Z"'


def line(**changed: Any) -> str:
    return json.dumps(GOOD | changed)


def same(data: bytes) -> bool:
    """Whether the quick one read this; then it must be what the careful one reads."""
    quickly, carefully = quick.read(data), exchange.read(data)
    if quickly is None:
        return False
    assert carefully.refused == []
    assert quickly.lines == carefully.lines
    assert {key: array.to_pylist() for key, array in quickly.arrays.items()} == carefully.columns
    return True


@pytest.mark.parametrize(
    "page",
    [
        line(),
        line() + "\r\n\n " + line(id="b c") + "\n",
        line(text="Hé 😀", title="", author=" "),
        json.dumps(GOOD | {"text": "Hé 😀"}, ensure_ascii=False),
        line(text="a" * 20_000, url=None),
        line(kind="reply", in_reply_to="2", author_kind="own", visibility=None, deleted=True, needs_reply=False),
        line(rating=4, rating_min=-0.0, rating_max=5.5),
        line(case={"id": "c", "status": "", "assigned_at": "2026-09-08T10:00:00.12345Z"}) + "\n" + line(case=None),
        line(created_at="2026-09-08 10:00:00-00:30", edited_at="2026-09-08T23:59:59+19:59"),
        '{"\\u0069d": "1", ' + MOMENT + "}",
        "\n".join(
            line(indexed_at=seen, created_at=f"2026-09-08T{hour}:{minute:02}:00.5Z")
            for seen in ("2026-09-08T11:00:00Z", "2026-09-08T11:00:00.5Z", None)
            for hour in (10, 11)
            for minute in (0, 1, 2, 59)
        ),
    ],
)
def test_a_page_without_anything_odd_is_read_quickly(page: str) -> None:
    assert same(page.encode())


@pytest.mark.parametrize(
    "page",
    [
        "",
        "\n \n",
        "\ufeff" + line(),
        "[1]",
        line()[:-1],
        line(nothing=1),
        # Arrow does not mind where a line ends.
        line() + line(),
        line() + line() + '\n{"id": "q",\n' + MOMENT + "}",
        '{"id": "q", "case": {"id": "c"}\n, ' + MOMENT + "}",
        # Of a key that is there twice the last one counts.
        '{"id": "1", "id": "2", ' + MOMENT + "}",
        '{"id": "1", "author": null, "author": "z", ' + MOMENT + "}",
        '{"id": "1", "rating": NaN, ' + MOMENT + "}",
        '{"id": "1", "rating": 1e999, ' + MOMENT + "}",
        '{"id": "1", "rating": 01, ' + MOMENT + "}",
        '{"id": "1", /* why not */ ' + MOMENT + "}",
        '{"id": "a\tb", ' + MOMENT + "}",
        '{"id": "1", "text": "\\x", ' + MOMENT + "}",
        line() + "\u2028\n" + line(),
        "\x1c" + line(),
        *(line(id=odd) for odd in (None, "", 5, " a ", "é", "1.5e7", "a\n", True)),
        *(line(source=odd) for odd in (None, "", 5, "X", "x\n", "a" * 41)),
        *(line(text=odd) for odd in (5, {"a": 1}, "a" * 20_001, "é" * 20_000, "a\0b", "a\ud83d b", "a\ude00 b")),
        *(line(author=odd) for odd in (5, True, ["a"])),
        *(line(kind=odd) for odd in ("", "tweet", 5)),
        *(line(rating=odd) for odd in ("4", True, 1e7)),
        *(line(deleted=odd) for odd in ("true", 1, 0)),
        *(line(case=odd) for odd in ({}, 3, ["id"], {"id": ""}, {"id": "c", "x": "y"}, {"id": "a\0"}, {"status": "s"})),
        *(line(edited_at=odd) for odd in ("", "soon", 5)),
        *(line(indexed_at=odd) for odd in ("", "soon", 5)),
        *(
            line(created_at=odd)
            for odd in (
                *("2026-09-08T10:00:00z", "2026-09-08t10:00:00Z", "2026-09-08T10:00:60Z", "2026-09-08T24:00:00Z"),
                *("2026-02-30T10:00:00Z", "2026-13-30T10:00:00Z", "2026-09-08T10:00:00.123456789Z", None, ""),
                *("1990-01-01T00:30:00+01:00", "2199-12-31T23:30:00-01:00", "2026-09-08T10:00:00", "2026-09-08"),
                *("٢٠٢٦-09-08T10:00:00Z", "2026-09-08T10:00:00+24:00", "2026-09-08T10:00:00Z\n", 1757318400),
            )
        ),
    ],
)
def test_whatever_is_odd_is_left_to_the_careful_reader(page: str) -> None:
    assert not same(page.encode("utf-8", "surrogatepass"))
    assert not same((line() + "\n").encode() + page.encode("utf-8", "surrogatepass")) or not page.strip()


@pytest.mark.parametrize("bytes_", [b"\xff", b"\xed\xa0\x80", b"\0"])
def test_bytes_that_are_no_text_are_left_to_the_careful_reader(bytes_: bytes) -> None:
    assert not same(line(text="a…b").encode().replace(rb"\u2026", bytes_))


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just({"id": "c"})
WITHIN = st.sampled_from(["", "2026-09-08T10:00:00Z", "1999-12-31T23:59:59.5+01:30", "public", "reply", "own", "a"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(st.sampled_from([*quick.FORMAT.names, "odd"]), ANYTHING | WITHIN, max_size=4), max_size=3),
    st.booleans(),
)
def test_both_read_the_same_of_whatever_comes(changes: list[dict[str, Any]], ascii_only: bool) -> None:
    page = "\n".join(json.dumps(GOOD | one, ensure_ascii=ascii_only) for one in changes)
    same(page.encode("utf-8", "surrogatepass"))
