"""A handle that is an ordinary word is masked where it is written as a handle, and nowhere else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tasks import lake, steps
from tasks.errors import UsageError
from tasks.privacy import run
from tasks.privacy.person import BARE, Person
from tests.privacy.school import SLUG, School, counts, found
from tests.world import item

W37 = "2026-W37"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    school = School(tmp_path, monkeypatch)
    mine = {"author": "@Student", "url": "https://mastodon.example/@Student/1"}
    school.land(
        item("s1", "2026-09-08T10:00", text="Waarom is de uitleg van mijn rooster weg?", **mine),
        item("s2", "2026-09-08T11:00", text="Ik ben student en wacht al drie weken."),
        item("s3", "2026-09-08T12:00", text="Eens met @student, zie ook mastodon.example/@student!"),
        name="student_export.jsonl",
    )
    steps.stage(SLUG, W37)
    return school


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ik ben student hier", "ik ben student hier"),
        ("vraag het @Student. of u/student, of /u/student", "vraag het @…. of @…, of @…"),
        ("zie https://x.example/student en www.reddit.example/user/student/", "zie @… en @…/"),
        ("https://a.example/tags/student van @studenten en @student-raad", None),
        ("mail naar student@school.example of mail.student", None),
    ],
)
def test_only_what_is_written_as_a_handle_is_masked(text: str, masked: str | None) -> None:
    assert Person("mastodon", "@student").masked(text) == (masked or text)


@pytest.mark.parametrize("handle", ["a", "@ab", "u"])
def test_a_handle_of_one_or_two_signs_may_be_erased(handle: str) -> None:
    person = Person("reddit", handle)
    plain = handle.lstrip("@")
    assert person.masked(f"{plain} zei @{plain} en u/{plain}") == f"{plain} zei @… en @…"


def test_a_name_beside_a_handle_is_masked_everywhere_and_may_not_be_that_short() -> None:
    assert Person("mastodon", "student", ("student",)).masked("de student belde") == "de @… belde"
    with pytest.raises(UsageError, match="Another name is too short"):
        Person("mastodon", "student", ("ab",))
    with pytest.raises(UsageError, match="at least one sign"):
        Person("mastodon", "@")


def test_a_handle_that_is_nobodys_word_is_masked_bare_as_before() -> None:
    assert Person("mastodon", "@sanne_dv").masked("volgens sanne_dv is het dicht") == "volgens @… is het dicht"


def test_the_words_of_others_stay_and_the_receipt_says_so(school: School) -> None:
    before = counts(W37)
    assert run.erase(SLUG, Person("mastodon", "@student"), by="dpo", really=False)["left"] == BARE
    receipt = run.erase(SLUG, Person("mastodon", "@student"), by="dpo", really=True)
    assert (receipt["left"], receipt["counts"]["items"]) == (BARE, 1)
    texts = [row["text"] for row in lake.read("mentions", SLUG, W37).to_pylist()]
    assert texts[0] is None
    assert texts[1] == "Ik ben student en wacht al drie weken."
    assert texts[2].startswith("Eens met @…")
    assert found("@student|uitleg van mijn rooster") == []
    assert counts(W37) == before
    assert "student" not in json.dumps({name: told for name, told in receipt.items() if name != "files"}).lower()
    assert run.retain(SLUG, date(2026, 9, 15), really=False)["raw_lines"] == {}
