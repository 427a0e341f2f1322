"""What a source answered names people in more places than its parser reads: all of it goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks import home
from tasks.extract import exchange, landing, sources
from tasks.extract.envelope import Envelope
from tasks.privacy import run
from tasks.privacy.person import Person
from tests.extract import server
from tests.extract.conftest import faults  # noqa: F401  (a fixture)
from tests.extract.mastodon_server import Mastodon
from tests.extract.world import SLUG, School, listening, moment
from tests.privacy.school import counts, found

W37 = "2026-W37"
SANNE = Person("masto", "@sanne_dv@social.example")


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: server.Faults) -> School:  # noqa: F811
    school, platform = listening(monkeypatch, tmp_path, faults), Mastodon(faults)
    asked = platform.post("2026-09-08T10:00", "Mijn rooster klopt alweer niet", author="sanne_dv")
    boost = platform.post("2026-09-08T11:00", "", author="bob")
    platform.statuses[boost]["reblog"] = dict(platform.statuses[asked])
    named = platform.post("2026-09-08T12:00", "Helemaal mee eens", author="carla")
    platform.statuses[named]["mentions"] = [{"acct": "sanne_dv", "url": "https://social.example/@sanne_dv"}]
    broken = platform.post("2026-09-08T13:00", "En nu ook nog de bus", author="sanne_dv")
    platform.statuses[broken]["account"] = {"acct": "sanne_dv", "display_name": None, "id": 3, "bot": []}
    platform.statuses[broken].pop("created_at")
    body = json.dumps([platform.statuses[one] for one in (asked, boost, named, broken)]).encode()
    answer = Envelope("tag:school", "https://social.example/api/v1/timelines/tag/school", 200, body)
    read = exchange.judged(sources.parsed("mastodon", answer, "masto", school.source("masto")))
    assert (len(read.lines), len(read.refused)) == (3, 1)
    landing.land(
        SLUG,
        "masto",
        "mastodon:tag:school",
        answer.data(),
        fetched_at=moment("2026-09-09T00:00"),
        format=sources.format_of("mastodon"),
        items=read,
    )
    school.stage(W37)
    return school


def test_an_answer_that_names_the_person_anywhere_leaves_raw_bytes(school: School) -> None:
    before = counts(W37)
    assert found("sanne_dv")
    run.erase(SLUG, SANNE, by="dpo", really=True)
    assert found("sanne_dv|rooster klopt alweer|nog de bus") == []
    assert counts(W37) == before
    assert [page for page in landing.pages(SLUG) if page.source == "masto" and page.raw_name] == []


def test_what_others_wrote_beside_it_stays(school: School) -> None:
    run.erase(SLUG, SANNE, by="dpo", really=True)
    assert [one["text"] for one in school.mentions(W37) if one["text"]] == ["Helemaal mee eens"]


def test_the_beginning_of_an_answer_that_could_not_be_used_goes_as_well(school: School) -> None:
    aside = home.landing(SLUG, "masto") / "refused" / "1.json"
    aside.parent.mkdir()
    aside.write_text('{"head": "Sann\\u00e9"}', "utf-8")
    run.erase(SLUG, SANNE, by="dpo", really=True)
    assert not aside.exists()
