"""Whatever a file holds: it is read, or refused in words; and every row is an item, nothing, or set aside."""

from __future__ import annotations

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import UsageError
from tasks.extract import exchange
from tasks.imports import rows
from tasks.imports.column_map import File, Map
from tasks.imports.convert import Converter
from tasks.imports.moments import Moments
from tasks.imports.rows import Page

HEADINGS = ("id", "at", "solved", "who", "text", "kind", "stars", "open", "case")
MAP = Map(
    column={
        "id": "id", "created_at": "at", "author": "who", "text": "text", "kind": "kind", "rating": "stars",
        "needs_reply": "open", "case_id": "case", "resolved_at": "solved", "language": "who",
    },
    values={"kind": {"Tweet": "post", "*": "reply"}},
    time={"order": "dmy"},
    decimal=",",
    people={"own": ("@us",)},
)  # fmt: skip
CELL = st.one_of(
    st.text(max_size=30),
    st.sampled_from(("", " ", "1", "08-09-2026 10:15", "25-10-2026 02:30", "ja", "2,5", "1.23E+18", "@us", "nl", "\0")),
)
ROW = st.lists(CELL, min_size=len(HEADINGS), max_size=len(HEADINGS))


@given(st.lists(ROW, max_size=8), st.booleans())
def test_every_row_is_one_line_that_the_exchange_format_knows(table: list[list[str]], cut: bool) -> None:
    made = Converter(MAP, HEADINGS, "x", Moments(MAP.time, ZoneInfo("Europe/Amsterdam")), {})
    wrong = {len(table): "huge"} if cut else {}
    page = Page(2, [*table, *([[]] if cut else [])], wrong)
    data = made.lines(page)
    lines = data.split(b"\n")[:-1]
    assert len(lines) == max(len(page.rows), 1)
    items = exchange.read(data)
    told = {*items.lines, *(line for line, _ in items.refused)}
    assert told == {number for number, line in enumerate(lines, 1) if line}
    assert told == {number for number, row in enumerate(page.rows, 1) if any(row)} | {place + 1 for place in wrong}
    for _, reason in items.refused:
        assert "JSON" not in reason
        assert "unknown key" not in reason


@settings(deadline=None)
@pytest.mark.parametrize("end", ["csv", "jsonl"])
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_read_or_refused_in_words(end: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{end}"
        path.write_bytes(data)
        try:
            with rows.opened(path, File()) as opened:
                for page in opened.pages():
                    assert all(len(cells) in (0, len(opened.headings)) for cells in page.rows)
        except UsageError as error:
            assert path.name in str(error)
