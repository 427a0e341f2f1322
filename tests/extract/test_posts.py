"""Which post a ticket names: one post has many addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.extract import files, posts
from tests.extract.world import SLUG, School, moment
from tests.world import item, jsonl

TWEET = "https://x.com/i/web/status/1835"
COMMENT = "https://www.reddit.com/r/school/comments/1abc2d/waar/k9x7z/"


@pytest.mark.parametrize(
    ("copied", "landed"),
    [
        ("https://twitter.com/anna/status/1835?s=20&t=abc", TWEET),
        ("https://mobile.x.com/anna/status/1835/photo/1", TWEET),
        (
            "https://bsky.app/profile/anna.example/post/3kabcdefgh2",
            "https://bsky.app/profile/did:plc:x/post/3kabcdefgh2",
        ),
        ("https://old.reddit.com/r/school/comments/1abc2d/another_title/k9x7z?context=3", COMMENT),
        ("https://social.example/@anna/1155?utm_source=mail.", "https://social.example/@anna/1155/"),
        (
            "https://www.facebook.com/permalink.php?id=2&story_fbid=1",
            "https://facebook.com/permalink.php?story_fbid=1&id=2",
        ),
    ],
)
def test_addresses_of_one_post_are_the_same(copied: str, landed: str) -> None:
    assert posts.plain(copied) == posts.plain(landed) != ""


@pytest.mark.parametrize(
    "other",
    [
        "https://x.com/i/web/status/18355",
        "https://x.com/anna",
        "https://evil.example/x.com/i/web/status/1835",
        "https://[",
    ],
)
def test_addresses_of_others_are_not(other: str) -> None:
    assert posts.plain(other) != posts.plain(TWEET)


def test_a_post_is_found_by_address_and_by_its_source_and_id(school: School, tmp_path: Path) -> None:
    written = item("1835", "2026-09-08T10:00", source="mastodon", url=TWEET)
    gone = item("1836", "2026-09-08T11:00", url="https://x.com/i/web/status/1836", deleted=True)
    path = jsonl(tmp_path / "posts.jsonl", written, gone)
    files.receive(school.institution, path, fetched_at=moment("2026-09-08T12:00"))
    find = posts.Posts(SLUG, "topdesk").find
    post = {"source": "mastodon", "id": "1835", "created_at": "2026-09-08T10:00:00+00:00"}
    at = moment("2026-09-08T13:00")
    for told in ("https://twitter.com/anna/status/1835", "mastodon:1835"):
        assert find(told, at) == post
    for told in (
        "x:1835",
        "mastodon:1836",
        "https://x.com/anna/status/1836",
        "https://x.com/",
        "see the tweet",
        "1835",
    ):
        assert find(told, at) is None
    assert find("mastodon:1835", moment("2026-11-20T13:00")) is None  # too long ago
    assert posts.Posts(SLUG, "mastodon").find("mastodon:1835", at) is None
