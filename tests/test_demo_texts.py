"""What the demo world's people say: hostile texts, the phone story, no two alike, and a bank that is large enough."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from tasks.demo.place import place
from tasks.demo.texts import bank, lines
from tests.demo_view import asked, at, final, inbound, week_of

OVERBRUGGE = place("overbrugge")


def test_last_week_has_every_hostile_text_once() -> None:
    texts = Counter(row["text"] for row in final().values() if week_of(row) == "2026-W47")
    assert all(texts[one["text"]] == 1 for one in bank()["hostile"]["text"])
    assert [len(str(text)) for text in texts if len(str(text)) > 2000] == [10_000]
    together = "".join(str(text) for text in texts)
    assert all(
        part in together
        for part in ("<script>", "{{", "=HYPERLINK", "\u202e", "\u200b", "\u200d", "\U0001f1f3\U0001f1f1")
    )
    assert any(unicodedata.bidirectional(letter) == "AL" for letter in together)


def test_the_phone_story_is_told_in_the_last_week() -> None:
    story = bank()["story"]
    post = next(row for row in final().values() if row["text"] == story["post"])
    thread = sorted((row for row in final().values() if row.get("thread_id") == post["id"]), key=at)
    assert [row["text"] for row in thread] == [
        story[key] for key in ("post", "nudge", "answer", "sceptic", "private", "called", "thanks")
    ]
    case = post["case"]
    assert isinstance(case, dict) and (case["cause"], case["action"]) == (story["cause"], story["action"])
    assert week_of(post) == "2026-W47" and case["status"] == "resolved" and case["department"] == "student_affairs"


def skeleton(text: str) -> str:
    """A text without what could be filled in: digits, and every word from the slot lists."""
    text = text.casefold()
    for words in bank()["words"]["lists"].values():
        for word in words:
            text = text.replace(word.casefold(), "#")
    return " ".join(re.sub(r"\d+", "#", text).split())


def test_no_two_questions_or_complaints_of_the_last_week_share_a_pattern() -> None:
    texts = Counter(skeleton(str(row["first_text"])) for row in asked() if week_of(row) == "2026-W47")
    assert len(texts) > 90
    assert [text for text, count in texts.items() if count > 1] == []


def test_the_bank_is_large() -> None:
    files = [name for name, content in bank().items() if "topic" in content]
    kinds = ("questions", "complaints", "compliments")
    found = {
        language: {text for name in files for kind in kinds for text in lines(name, language, kind)}
        for language in ("nl", "en")
    }
    others = {
        text for key in ("nl_chatter", "en_chatter", "nl_grumbles", "en_grumbles") for text in bank()["talk"][key]
    }
    assert len(found["nl"]) >= 260 and len(found["nl"] | found["en"] | others) >= 420
    assert all(
        "?" in text for name in files for language in ("nl", "en") for text in lines(name, language, "questions")
    )
    assert len({(case["cause"], case["action"]) for group in bank()["cases"].values() for case in group}) >= 40


def test_every_case_belongs_to_something_that_is_said() -> None:
    files = [name for name, content in bank().items() if "topic" in content]
    said = [
        line
        for name in files
        for language in ("nl", "en")
        for kind in ("questions", "complaints")
        for line in lines(name, language, kind).values()
    ]
    used = {OVERBRUGGE.case_of(line) for line in said}
    assert [
        case for group in bank()["cases"].values() for case in group if (case["cause"], case["action"]) not in used
    ] == []


def test_what_needs_an_answer_is_plain_where_no_tool_says_it() -> None:
    for row in inbound():
        if row.get("needs_reply") is None and row.get("in_reply_to") is None and row["kind"] != "review":
            known = [line for line in bank()["talk"]["nl_grumbles"] if line in str(row["first_text"])]
            assert not known
