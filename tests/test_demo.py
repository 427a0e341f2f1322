"""The demo world keeps its promises: repeatable, consistent to the last case, and with every oddity in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from tasks import home
from tasks.demo import season, windows
from tasks.demo.platforms import OWN
from tasks.demo.world import made
from tasks.errors import SourceError
from tests.demo_view import (
    FIRST,
    LAST,
    OVERBRUGGE,
    ZONE,
    Row,
    answers_to,
    asked,
    at,
    cases,
    delivered,
    final,
    inbound,
    on_duty,
    rows,
    week_of,
)

DUMP = """
import hashlib, json
from tasks import settings
from tasks.demo import windows
place = settings.load("overbrugge")
text = json.dumps([[str(w.start), w.status, w.items] for s in place.sources for w in windows(place, s.id)])
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_same_bytes_in_every_process() -> None:
    prints = [
        subprocess.run(
            [sys.executable, "-c", DUMP],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=home.ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("4321", "Asia/Tokyo"))
    ]
    assert prints[0] == prints[1] != ""


def test_all_sources_are_quick_to_make() -> None:
    made.cache_clear()
    start = time.process_time()
    assert [len(windows(OVERBRUGGE, source.id)) for source in OVERBRUGGE.sources]
    assert time.process_time() - start < 3


def test_windows_are_contiguous_weeks() -> None:
    for source, found in delivered().items():
        assert found[0].start == FIRST.start and found[-1].end == LAST.end, source
        assert all(one.end == two.start for one, two in pairwise(found))
        assert all((one.status == "complete") == (one.reason == "") for one in found)
        assert len(found) == (28 if source == "instagram" else 26)
        assert all(one.start.utcoffset() == timedelta(0) for one in found)


def test_one_source_was_down_for_two_days() -> None:
    failed = [
        (source, window) for source, found in delivered().items() for window in found if window.status == "failed"
    ]
    assert [(source, window.items) for source, window in failed] == [("instagram", ())]
    window = failed[0][1]
    assert window.end - window.start == timedelta(days=2)
    assert not [row for row in rows() if row["source"] == "instagram" and window.start <= at(row) < window.end]


def test_every_row_obeys_the_exchange_format() -> None:
    kinds = {"post", "reply", "comment", "review", "article", "ticket_message", "repost"}
    for row in rows():
        json.dumps(row)
        assert isinstance(row["id"], str) and row["id"] and row["source"] in season.SOURCES
        assert row["kind"] in kinds and row["author_kind"] in {"public", "own", "staff", "bot", "auto"}
        assert row["visibility"] in {"public", "private", "internal"}
        assert re.fullmatch(r"2026-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(row["created_at"]))
        assert row.get("needs_reply") in (True, False, None)
        assert (row["text"] is None) == bool(row.get("deleted")) == (row["author"] is None)
        assert ("rating" in row) == (row["kind"] == "review")
    assert not [row for row in rows() if re.search(r"\{[a-z]+\}", str(row["text"]).replace("{{", ""))]


def test_an_item_is_given_again_only_when_it_changed() -> None:
    for source, found in delivered().items():
        state: dict[object, Row] = {}
        for window in found:
            assert len({row["id"] for row in window.items}) == len(window.items), source
            for row in window.items:
                assert at(row) < window.end and row != state.get(row["id"])
                state[row["id"]] = row


def test_weekly_volume_and_the_spike() -> None:
    counts = Counter(week_of(row) for row in final().values())
    spike = counts.pop("2026-W41")
    assert len(counts) == season.WEEKS - 1
    assert all(320 <= count <= 480 for count in counts.values()), counts
    assert 1.9 < spike / (sum(counts.values()) / len(counts)) < 2.5
    about = [row for row in asked() if week_of(row) == "2026-W41" and not row.get("in_reply_to")]
    words = re.compile("rooster|timetable|lokaal|room", re.I)
    assert len([row for row in about if words.search(str(row["first_text"]))]) > len(about) / 2


def test_nobody_works_when_nobody_is_on_duty() -> None:
    ours = [row for row in rows() if row["author_kind"] in ("own", "staff")]
    assert len(ours) > 4000
    assert not [row for row in ours if not on_duty(at(row))]
    steps = ("assigned_at", "contacted_at", "resolved_at", "reopened_at")
    assert not [case for case in cases() for step in steps if step in case and not on_duty(at(case, step))]


def test_cases_run_in_order_and_never_know_the_future() -> None:
    ends = {
        (source, id(row)): window.end
        for source, found in delivered().items()
        for window in found
        for row in window.items
    }
    for case in cases():
        item = case["item"]
        assert isinstance(item, dict)
        moments = [
            at(item),
            *(
                at(case, f"{step}_at")
                for step in ("assigned", "contacted", "resolved", "reopened")
                if f"{step}_at" in case
            ),
        ]
        assert moments == sorted(moments) and moments[-1] < ends[item["source"], id(item)]
        assert case["status"] in {"assigned", "contacted", "resolved", "reopened"}
        assert case["department"] in {department.id for department in OVERBRUGGE.department}
    assert len({case["id"] for case in cases()}) == len({case["item"]["id"] for case in cases()})  # type: ignore[index]


def test_answers_come_from_our_own_accounts_after_the_question() -> None:
    for row in final().values():
        if row["author_kind"] in ("own", "staff"):
            assert row["author"] in OWN[str(row["source"])]
        parent = final().get((row["source"], row.get("in_reply_to")))
        assert parent is None or at(parent) < at(row)


def test_response_is_realistic() -> None:
    openers = [row for row in asked() if not row.get("in_reply_to") and at(row) < LAST.start]
    waits = sorted(
        min((at(one) for one in answers_to(row)), default=datetime.max.replace(tzinfo=UTC)) - at(row) for row in openers
    )
    assert timedelta(hours=0.8) < waits[len(waits) // 2] < timedelta(hours=14)
    silent = [row for row in openers if not answers_to(row)]
    assert 1.5 < len(silent) / (season.WEEKS - 1) < 4.5
    assert 0.45 < len(asked()) / len(inbound()) < 0.62
    said = [row for row in inbound() if row.get("needs_reply") is not None]
    assert 0.5 < len(said) / len(inbound()) < 0.75


@pytest.mark.parametrize("language, low, high", [("nl", 0.62, 0.78), ("en", 0.22, 0.38)])
def test_languages(language: str, low: float, high: float) -> None:
    told = [row for row in final().values() if row.get("language")]
    assert low < len([row for row in told if row["language"] == language]) / len(told) < high


def test_every_oddity_is_there() -> None:
    late = [
        row
        for found in delivered().values()
        for window in found
        for row in window.items
        if at(row) < window.start and "edited_at" not in row and not row.get("deleted") and "case" not in row
    ]
    everything = list(final().values())
    night = [row for row in everything if row["author_kind"] in ("bot", "auto") and not on_duty(at(row))]
    assert len(late) > 50
    assert len([row for row in everything if "edited_at" in row]) > 50
    assert all(at(row, "edited_at") > at(row) for row in everything if "edited_at" in row)
    assert len([row for row in everything if row.get("deleted")]) > 30
    assert len([row for row in night if row["author_kind"] == "bot"]) > 50
    assert len([row for row in night if row["author_kind"] == "auto"]) > 50
    assert len([row for row in everything if row["visibility"] == "internal"]) > 50
    private = [row for row in everything if row["visibility"] == "private" and row["source"] != "topdesk"]
    assert len(private) > 50 and {row["author_kind"] for row in private} == {"own"}
    assert len([row for row in everything if row["kind"] == "repost"]) > 50
    assert len([row for row in everything if row["kind"] == "article"]) > 50
    assert len({case["id"] for case in cases() if case["status"] == "reopened"}) > 10
    assert max(Counter((row["source"], row["author"], row.get("thread_id")) for row in asked()).values()) > 1


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(SourceError, match="made up no source “tiktok”"):
        windows(OVERBRUGGE, "tiktok")


def test_first_week_begins_on_a_holiday() -> None:
    assert not on_duty(datetime(2026, 5, 25, 10, tzinfo=ZONE)) and on_duty(datetime(2026, 5, 26, 10, tzinfo=ZONE))
    assert FIRST.monday == date(2026, 5, 25)
