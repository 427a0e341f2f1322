"""Recorded exchanges of the real services, and the feeds that broke others: parsed, counted, and never a crash."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.extract import exchange, sources
from tasks.extract.envelope import Envelope
from tasks.extract.sources import (
    bluesky,
    facebook,
    feed,
    freshdesk,
    instagram,
    mastodon,
    reddit,
    x,
    youtube,
    zendesk,
)
from tests.recorded import DATA

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"needs the recorded exchanges: {DATA} (WEERKLANK_TEST_DATA)")
SNAPSHOT = re.compile(r"^exports\[`[^`]*`\] = `\n?(.*?)\n?`;$", re.MULTILINE | re.DOTALL)
SNAPSHOTS = {"notifications": "snap_notifications.txt", "thread": "snap_thread.txt", "feed": "snap_timeline.txt"}
TABLES = {
    "mastodon": mastodon.Table(
        id="m",
        name={"nl": "M", "en": "M"},
        type="mastodon",
        instance="https://localhost:3000",
        accounts=("@mastodonpy_test", "@admin"),
    ),
    "bluesky": bluesky.Table(
        id="b",
        name={"nl": "B", "en": "B"},
        type="bluesky",
        connection="bluesky",
        accounts=("@carol.test",),
    ),
    "x": x.Table(id="x", name={"nl": "X", "en": "X"}, type="x", connection="x", accounts=("@Twitter",)),
    "youtube": youtube.Table(
        id="y",
        name={"nl": "Y", "en": "Y"},
        type="youtube",
        connection="y",
        accounts=("UCNvMBmCASzTNNX8lW3JRMbw",),
    ),
    "facebook": facebook.Table(
        id="f", name={"nl": "F", "en": "F"}, type="facebook", connection="f", accounts=("19292868552",)
    ),
    "instagram": instagram.Table(
        id="i",
        name={"nl": "I", "en": "I"},
        type="instagram",
        connection="i",
        account_id="17841406338772941",
        accounts=("@ikroskun",),
    ),
    "reddit": reddit.Table(
        id="r",
        name={"nl": "R", "en": "R"},
        type="reddit",
        connection="reddit",
        accounts=("u/<USERNAME>", "/u/bboe"),
    ),
    "freshdesk": freshdesk.Table(
        id="f",
        name={"nl": "F", "en": "F"},
        type="freshdesk",
        connection="freshdesk",
        server="https://f.freshdesk.com",
        departments={"42": "checkout"},
        fields={"cause": "product_area"},
    ),
    "zendesk": zendesk.Table(
        id="z", name={"nl": "Z", "en": "Z"}, type="zendesk", connection="zendesk", server="https://z.zendesk.com"
    ),
}


def parsed(kind: str, name: str) -> tuple[Counter[str], set[str]]:
    """What all answers of a recording hold, counted; and the reasons of what was set aside."""
    lines = map(json.loads, (DATA / name).read_text(encoding="utf-8").splitlines())
    return counted(
        kind, (Envelope("recorded", one["url"], one["status"], (one["body"] or "").encode()) for one in lines)
    )


def bodies(kind: str, *folders: str) -> tuple[Counter[str], set[str]]:
    """The same of answers that were kept one a file, without their address."""
    files = sorted(path for name in folders for path in (DATA / name).rglob("*.json"))
    return counted(kind, (Envelope("recorded", "https://recorded.example/", 200, path.read_bytes()) for path in files))


def counted(kind: str, answers: Iterable[Envelope]) -> tuple[Counter[str], set[str]]:
    counts: Counter[str] = Counter()
    reasons: set[str] = set()
    seen: set[str] = set()
    for answer in answers:
        items = exchange.judged(sources.parsed(kind, answer, "source", TABLES[kind]))
        columns = items.columns
        seen |= set(columns["id"])
        reasons |= {reason for _, reason in items.refused}
        counts["items"] += len(items.lines)
        counts["refused"] += len(items.refused)
        counts["deleted"] += sum(columns["deleted"])
        counts["edited"] += sum(moment is not None for moment in columns["edited_at"])
        counts["replies"] += sum(parent is not None for parent in columns["in_reply_to"])
        counts["by nobody"] += columns["author"].count(None)
        counts["own"] += columns["author_kind"].count("own")
        counts["own replies"] += sum(
            kind == "own" and parent is not None
            for kind, parent in zip(columns["author_kind"], columns["in_reply_to"], strict=True)
        )
        counts["with words that were deleted"] += sum(
            deleted and (text is not None or author is not None)
            for deleted, text, author in zip(columns["deleted"], columns["text"], columns["author"], strict=True)
        )
    return counts + Counter({"different": len(seen)}), reasons


def test_mastodon() -> None:
    python, reasons = parsed("mastodon", "mastodon/mastodon_py_cassettes.jsonl")
    assert reasons == set()
    assert (python["items"], python["different"], python["edited"]) == (159, 100, 2)
    assert python["own"] > 0
    r, reasons = parsed("mastodon", "mastodon/rtoot_cassettes.jsonl")
    assert reasons == set()
    assert (r["items"], r["different"], r["edited"], r["replies"]) == (370, 242, 8, 142)


def test_bluesky() -> None:
    told = {kind: counted("bluesky", snapshots(kind)) for kind in SNAPSHOTS}
    assert {reason for _, reasons in told.values() for reason in reasons} == set()
    names = ("items", "different", "replies", "own", "own replies")
    assert {kind: tuple(counts[name] for name in names) for kind, (counts, _) in told.items()} == {
        "notifications": (14, 10, 9, 5, 5),  # of 66: the others are likes, follows and the like
        "thread": (29, 7, 19, 5, 3),
        "feed": (57, 21, 12, 11, 4),
    }
    # No edits, and nobody asked whether one of them is gone: what is blocked or not found in a thread says nothing.
    assert not any(counts["edited"] + counts["deleted"] for counts, _ in told.values())


def snapshots(kind: str) -> Iterator[Envelope]:
    """What Bluesky's own tests expect: JSON but for its commas, with every time at the beginning of time."""
    for found in SNAPSHOT.findall((DATA / "bluesky" / SNAPSHOTS[kind]).read_text(encoding="utf-8")):
        answer = json.loads(re.sub(r",(\s*[\]}])", r"\1", found).replace('"1970-', '"2026-'))
        whole = answer if isinstance(answer, dict) and kind in answer else {kind: answer}
        yield Envelope("recorded", "https://bsky.social/", 200, json.dumps(whole).encode())


def test_x() -> None:
    found, reasons = parsed("x", "x/tweepy_v2_cassettes.jsonl")
    assert reasons == set()
    # By default X says neither when nor by whom: the time is in the id, and nobody is ours; none was edited or is gone.
    assert found == Counter({"items": 238, "different": 226, "by nobody": 238})


def test_reddit() -> None:
    found, reasons = parsed("reddit", "reddit/praw_cassettes.jsonl")
    assert reasons == set()
    assert found["with words that were deleted"] == 0
    assert found["deleted"] == 42
    assert found["edited"] == 56
    assert found["own replies"] > 0
    assert found["items"] == 2667


def test_freshdesk() -> None:
    body = (DATA / "helpdesk" / "freshdesk_ticket_with_conversations.json").read_bytes()
    answer = Envelope("tickets", "https://f.freshdesk.com/api/v2/tickets/2001", 200, body)
    columns = exchange.judged(sources.parsed("freshdesk", answer, "f", TABLES["freshdesk"])).columns
    assert columns["author_kind"] == ["public", "staff", "staff", "public"]
    assert columns["visibility"] == ["private", "private", "internal", "private"]
    asked = columns["created_at"][0]
    # The messages lie out of order, and a note does not count: the first real answer came after 22 hours.
    assert columns["contacted_at"][0] - asked == timedelta(hours=22)
    told = [columns[f"case_{name}"][0] for name in ("id", "department", "cause", "status")]
    assert told == ["freshdesk:2001", "checkout", "payments", "solved"]
    assert [one for one in columns["text"] if "@" in (one or "")] == []


def test_zendesk() -> None:
    """Columns and types: tickets, comments and users of this set do not join, so every ticket is asked with all."""
    tickets, comments, users = (_rows(f"{name}_data.csv") for name in ("ticket", "ticket_comment", "user"))
    counts: Counter[str] = Counter()
    for ticket in tickets:
        told = {
            "ticket": {**ticket, "created_at": _utc(ticket["created_at"])},
            "comments": [
                {
                    "id": one["id"],
                    "author_id": one["user_id"],
                    "public": one["public"] == "TRUE",
                    "body": one["body"],
                    "created_at": _utc(one["created"]),
                }
                for one in comments
            ],
            "roles": {one["id"]: one["role"] for one in users},
        }
        answer = Envelope("tickets", "https://z.zendesk.com/", 200, json.dumps(told).encode())
        items = exchange.judged(sources.parsed("zendesk", answer, "z", TABLES["zendesk"]))
        assert items.refused == []
        counts["messages"] += len(set(items.columns["id"]))
        counts.update(one for one in items.columns["case_status"] if one)
        counts.update(items.columns["author_kind"])
        counts.update(items.columns["visibility"])
    # Nobody who comments is among the users or has asked: whoever is not known to have asked is one of ours.
    assert counts == {"messages": 200, "staff": 200, "private": 200, "closed": 7, "deleted": 2, "solved": 1}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "zendesk_seeds" / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _utc(told: str) -> str:
    return f"{told.replace(' ', 'T')}Z"


def test_reddit_says_nothing_of_what_was_deleted() -> None:
    lines = (DATA / "reddit/praw_cassettes.jsonl").read_text(encoding="utf-8").splitlines()
    for recorded in map(json.loads, lines):
        answer = Envelope("recorded", recorded["url"], recorded["status"], recorded["body"].encode())
        for item in reddit.parse(answer):
            assert not isinstance(item, Exception)
            assert item.get("author") != "[deleted]"
            assert item.get("text") not in reddit.REMOVED


def test_youtube() -> None:
    found, reasons = bodies("youtube", "youtube")
    assert reasons == set()
    assert (found["items"], found["different"], found["replies"]) == (34, 27, 4)
    assert (found["own"], found["own replies"]) == (5, 3)
    assert (found["edited"], found["deleted"], found["by nobody"]) == (0, 0, 0)


def test_05_youtube_what_was_asked_for_and_did_not_come_is_gone() -> None:
    body = (DATA / "youtube/comments/comments_multi.json").read_bytes()
    asked = {"UgyUBI0HsgL9emxcZpR4AaABAg": "2019-06-23T02:49:00+00:00", "UgxGone": "2019-06-24T02:49:00+00:00"}
    items = list(youtube.parse(Envelope("sweep", "https://recorded.example/", 200, body, {"asked": asked})))
    gone = [item for item in items if isinstance(item, dict) and item.get("deleted")]
    assert gone == [{"id": "UgxGone", "created_at": "2019-06-24T02:49:00+00:00", "deleted": True}]
    assert len(items) == 3


def test_facebook() -> None:
    found, reasons = bodies("facebook", "meta/facebook", "meta/base")
    # A page without ids is of a token that is not the Page's; one file is of Instagram.
    assert reasons == {
        "an object has no id: the token is not the Page's",
        "an object has another shape than Facebook promises (KeyError)",
    }
    assert (found["items"], found["different"], found["refused"]) == (25, 16, 6)
    assert (found["by nobody"], found["own"], found["edited"], found["deleted"]) == (25, 0, 0, 0)


def test_05_an_error_that_may_be_of_permissions_deletes_nothing() -> None:
    body = (DATA / "meta/base/error_data.json").read_bytes()
    answer = Envelope("sweep", "https://recorded.example/", 400, body, {"asked": {"1": "2021-06-24T02:49:00+00:00"}})
    assert list(facebook.parse(answer)) == list(instagram.parse(answer)) == []


def test_instagram() -> None:
    found, reasons = bodies("instagram", "meta/instagram")
    # Hashtags, figures and products, which are not asked for.
    assert reasons == {"an object has another shape than Instagram promises (KeyError)"}
    assert (found["items"], found["different"], found["refused"]) == (13, 8, 32)
    assert (found["replies"], found["own"], found["by nobody"]) == (1, 3, 9)
    assert (found["edited"], found["deleted"]) == (0, 0)


def test_12_every_feed_of_the_corpus_without_a_crash() -> None:
    files = [path for path in (DATA / "feeds").rglob("*") if path.is_file() and "LICENSE" not in path.name]
    assert len(files) == 1042
    counts: Counter[str] = Counter()
    for path in files:
        answer = Envelope("feed:1", "https://feeds.example/x", 200, path.read_bytes(), {"type": _type(path)})
        items = exchange.judged(sources.parsed("feed", answer, "news", None))
        counts["items"] += len(items.lines)
        counts.update(re.sub("“.*”", "…", reason) for _, reason in items.refused)
        counts["shape"] += any("shape" in reason for _, reason in items.refused)
    assert counts["shape"] == 0
    assert counts["items"] > 15
    assert set(counts) - {"items", "shape"} <= {
        "an entry has no id and no link",
        "an entry has no time, or one that cannot be read",
        "this is no RSS or Atom feed",
    }


def _type(path: Path) -> str:
    """The content type that a file of the corpus asks for in its comment."""
    found = re.search(rb"(?i)content-type:\s*([^\r\n]+)", path.read_bytes()[:2000])
    return found[1].decode("latin-1").strip() if found else "application/xml"


def test_a_google_alert_leads_to_the_article() -> None:
    body = (DATA / "feeds" / "google_alerts_sample.xml").read_bytes()
    answer = Envelope("feed:1", "https://www.google.com/alerts/feeds/1/2", 200, body, {"type": "application/atom+xml"})
    found = list(feed.parse(answer))
    assert found
    for item in found:
        assert isinstance(item, dict)
        assert "google.com" not in item["url"]
        assert item["id"] == item["url"]
        assert "<b>" not in item["text"]
        assert item["author"] in item["url"]
