"""Taxonomy files: the one that ships, what an institution changes, and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from tasks import home, warehouse
from tasks.errors import ConfigError
from tasks.topics import intent, tag, taxonomy

NEW = """
[[topic]]
key            = "boats"
name.nl        = "Boten"
name.en        = "Boats"
description.nl = "De boten in de haven van de campus."
description.en = "The boats in the harbour of the campus."
patterns.nl    = ["boot", "zeil*"]
"""


def load(folder: Path, text: str) -> tuple[taxonomy.Topic, ...]:
    path = folder / "draft.toml"
    path.write_text(text, encoding="utf-8")
    return taxonomy.load("overbrugge", path)


def test_the_default_has_twenty_education_topics_and_more_in_both_languages() -> None:
    topics = taxonomy.load("nobody_has_a_file")
    assert len(topics) >= 20
    assert len({topic.key for topic in topics}) == len(topics)
    for topic in topics:
        assert topic.patterns.nl and topic.patterns.en and topic.department, topic.key
    assert {
        *("study_adviser", "phone", "timetable", "exams", "enrolment", "housing", "digital_environment", "teaching"),
        *("internship", "accessibility", "safety", "catering", "open_day", "research"),
    } <= {topic.key for topic in topics}


def test_every_institution_of_ours_has_a_taxonomy_that_can_be_read() -> None:
    for slug in taxonomy.slugs():
        assert taxonomy.load(slug)


def test_a_file_adds_topics_and_patterns_replaces_the_rest_and_takes_away(tmp_path: Path) -> None:
    before = {topic.key: topic for topic in taxonomy.load("has_no_file")}
    change = """
[[topic]]
key         = "catering"
department  = "canteen"
patterns.nl = ["gans"]
without     = ["koffie*"]
[[topic]]
key = "housing"
off = true
"""
    after = {topic.key: topic for topic in load(tmp_path, NEW + change)}
    assert set(after) == {*before, "boats"} - {"housing"}
    old, new = before["catering"], after["catering"]
    assert set(new.patterns.nl) == {*old.patterns.nl, "gans"} - {"koffie*"}
    assert (new.patterns.en, new.name, new.priority) == (old.patterns.en, old.name, old.priority)
    assert (new.department, after["boats"].department) == ("canteen", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[topic]]\nkey = "caterin"\n', "draft.toml, line 2: [[topic]] caterin is not a topic yet. Did you mean"),
        ('[[topic]]\nkey = "caterin"\n', "“catering”? A new topic needs name and description in nl and en."),
        ('[[topic]]\nkey = "boat"\nname.nl = "Boot"\nname.en = "Boat"\n', "A new topic needs description in nl and en"),
        ('[[topic]]\nkey = "catering"\npatern = 1\n', "draft.toml, line 3: [topic] #1 patern is not a known key"),
        (
            '[[topic]]\nkey = "catering"\npatterns.de = []\n',
            "draft.toml, line 3: [topic] #1 patterns de is not a known",
        ),
        ('[[topic]]\nkey = "catering"\npatterns.nl = [\n  "gans",\n  "a*",\n]\n', "draft.toml, line 5: [[topic]] cat"),
        ('[[topic]]\nkey = "catering"\npatterns.nl = ["a*"]\n', "the pattern “a*” needs at least 2 letters beside a *"),
        ('[[topic]]\nkey = "catering"\nexclude = ["re:("]\n', "is not a regular expression that RE2 knows"),
        (
            '[[topic]]\nkey = "catering"\nwithout = ["kofie*"]\n',
            "line 3: catering has no pattern “kofie*” to leave out",
        ),
        ('[[topic]]\nkey = "catering"\nwithout = ["kofie*"]\n', "Did you mean “koffie*”?"),
        ('[[topic]]\nkey = "catering"\n[[topic]]\nkey = "catering"\n', "[[topic]] catering is there twice"),
        ('[[topic]]\nkey = "boats"\noff = true\n', "boats is not a topic yet"),
        ('[[topic]]\nkey = "catering"\npriority = 12\n', "draft.toml, line 3: [topic] #1 priority"),
        ("[[topic]\n", "this is no TOML"),
    ],
)
def test_a_mistake_is_told_with_file_and_line_and_what_was_meant(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)


def test_something_must_be_left(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no topic is left"):
        load(tmp_path, "".join(f'[[topic]]\nkey = "{one.key}"\noff = true\n' for one in taxonomy.load("default")))


def tagged(topics: Sequence[taxonomy.Topic], texts: int) -> None:
    """So many posts about coffee, in which no pattern finds anything, are looked through."""
    with warehouse.connect(ZoneInfo("UTC")) as db:
        words = {"item_id": [str(n) for n in range(texts)], "heard": [True] * texts, "words": [" koffie "] * texts}
        warehouse.put(db, "staging.worded", pa.table(words))
        fired = {"kind": ["x"], "mark": ["x"], "item_id": ["x"], "found": ["x"]}
        warehouse.put(db, "staging.fired", pa.table(fired).slice(0, 0))
        tag.Tagger(topics, ()).find(db)
        assert len(db.table("staging.fired")) == 0


def test_patterns_that_are_too_much_together_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each topic by itself is small enough for RE2, how many posts there are makes no difference."""

    def topics(many: int, more: int) -> tuple[taxonomy.Topic, ...]:
        each = ", ".join(f"'re:\\p{{L}}{{1,40}}{number}'" for number in range(many))
        text = f'[[topic]]\nkey = "catering"\npatterns.nl = [{each}]\nwithout = ["koffie*"]\n'
        for number in range(more):
            text += (
                f'[[topic]]\nkey = "more_{number}"\nname = {{ nl = "a", en = "a" }}\n'
                f'description = {{ nl = "aaaaaaaaaaaa", en = "aaaaaaaaaaaa" }}\npatterns.nl = [{each}]\n'
            )
        return load(tmp_path, text)

    with pytest.raises(ConfigError, match="the patterns of “catering” are too much together"):
        tagged(topics(20, 0), 1)
    monkeypatch.setattr(tag, "MANY", 2)
    tagged(topics(6, 1), 2)


def test_a_file_that_is_not_there_is_a_mistake_only_when_it_was_named() -> None:
    assert taxonomy.load("no_such_institution") == taxonomy.load(taxonomy.DEFAULT)
    with pytest.raises(ConfigError, match="there is no such taxonomy file"):
        taxonomy.load("overbrugge", Path("nowhere.toml"))


def test_the_word_lists_of_intents_can_be_read_and_a_mistake_in_them_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {kind.key for kind in intent.load()} >= {"question", "announcement", "spam", "urgent"}
    path = tmp_path / "intent.toml"
    monkeypatch.setattr(home, "INTENT", path)
    path.write_text('[[class]]\nkey = "joke"\npatterns.nl = ["haha"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"intent.toml, line 2: \[class\] #1 key"):
        intent.load()
    path.write_text('[[class]]\nkey = "spam"\npatterns.nl = ["a*"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"intent.toml: .*“a\*” needs at least 2 letters"):
        intent.load()
