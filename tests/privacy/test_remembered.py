"""Answers leave their raw bytes, and the source is still asked for what was in them: edits and deletions are learnt."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tasks import home
from tasks.errors import SourceError
from tasks.extract import landing, remembered
from tasks.privacy import erase, run
from tasks.privacy.person import Person
from tests.extract import certificates, server
from tests.extract.mastodon_server import Mastodon
from tests.extract.world import SLUG, School, listening
from tests.privacy.school import found

#: Raw pages go before the source is done asking again.
POLICY = "\n[privacy]\nraw_days = 3\n"
SOON, LATER = date(2026, 9, 15), date(2026, 12, 1)


@pytest.fixture
def faults() -> Iterator[server.Faults]:
    with server.running(certificates.serving()) as running:
        yield running


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: server.Faults) -> School:
    school = listening(monkeypatch, tmp_path, faults)
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text("utf-8") + POLICY, "utf-8")
    return school


@pytest.fixture
def social(school: School, faults: server.Faults) -> Mastodon:
    """Three posts that were collected and staged, and whose raw pages are gone by the institution's terms."""
    social = Mastodon(faults).serve()
    social.post("2026-09-08T10:00", "Wanneer is het tentamen?")
    social.post("2026-09-09T09:00", "Mooi gebouw", author="visitor")
    social.post("2026-09-09T10:00", "Waar is de aula?", author="sanne_dv")
    school.collect("masto", "2026-09-10T12:00")
    school.stage()
    return social


def raw() -> list[str]:
    return [page.sha256 for page in landing.pages(SLUG) if page.source == "masto" and page.raw_name]


def ids(social: Mastodon) -> list[str]:
    return sorted(social.statuses)


def sanne(faults: server.Faults) -> Person:
    return Person("masto", f"sanne_dv@social.example:{faults.port}")


def forget_sanne(school: School) -> None:
    asked = erase.Asked("dpo", "", "2026-09-15T10:00:00+02:00")
    erase.erase(school.institution, sanne(school.faults), asked, lambda period: period)


def settle_all(on: date = SOON) -> None:
    run.retain(SLUG, on, really=True)
    assert raw() == []


def test_a_post_that_is_deleted_after_its_raw_page_went_loses_its_words_here_too(
    school: School, social: Mastodon
) -> None:
    settle_all()
    assert [one["text"] for one in school.stage()] == ["Wanneer is het tentamen?", "Mooi gebouw", "Waar is de aula?"]
    social.delete(ids(social)[1])
    school.collect("masto", "2026-09-15T12:00")
    assert [one["text"] for one in school.stage()] == ["Wanneer is het tentamen?", None, "Waar is de aula?"]


def test_an_answer_whose_raw_page_went_is_not_kept_again(school: School, social: Mastodon) -> None:
    settle_all()
    before = len(landing.pages(SLUG))
    for one in social.statuses.values():
        one["favourites_count"] += 1  # another answer that says the same
    found = school.collect("masto", "2026-09-15T12:00", lookback_hours=168)
    assert (found.status, found.pages) == ("complete", 0)
    assert len(landing.pages(SLUG)) == before


def test_one_deletion_does_not_make_the_source_forget_what_stood_beside_it(school: School, social: Mastodon) -> None:
    first, second, third = ids(social)
    social.delete(first)
    school.collect("masto", "2026-09-10T13:00")
    run.retain(SLUG, date(2026, 9, 11), really=True)  # the whole answer leaves with the one that is gone
    assert set(remembered.read(SLUG, "masto").items) == {second, third}
    social.delete(second)
    school.collect("masto", "2026-09-10T14:00")
    assert [one["text"] for one in school.stage()] == [None, None, "Waar is de aula?"]


def test_the_dry_run_counts_what_leaves_with_the_rest_of_an_answer(school: School, social: Mastodon) -> None:
    social.delete(ids(social)[0])
    school.collect("masto", "2026-09-10T13:00")
    day = date(2026, 9, 11)
    would = run.retain(SLUG, day, really=False)
    assert would["raw_lines"]["masto"] > 3
    assert run.retain(SLUG, day, really=True)["raw_lines"] == would["raw_lines"]


def test_native_ids_go_when_the_source_is_no_longer_asked_for_them(school: School, social: Mastodon) -> None:
    settle_all()
    path = home.landing(SLUG, "masto") / remembered.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = json.loads(path.read_text("utf-8"))
    assert sorted(told["items"]) == ids(social)
    assert not {"text", "author", "tentamen"} & set(path.read_text("utf-8").split('"'))
    assert run.retain(SLUG, LATER, really=False)["ids"] == {"masto": 3}
    assert path.exists()
    assert run.retain(SLUG, LATER, really=True)["ids"] == {"masto": 3}
    assert not path.exists()
    assert set(found("|".join(ids(social)))) <= {"ledger.sqlite"}  # where the source is read from: its newest post


def test_who_is_erased_is_neither_remembered_nor_asked_for_again(school: School, social: Mastodon) -> None:
    mine = ids(social)[2]
    settle_all()
    forget_sanne(school)
    assert found(f"{mine}|sanne_dv|aula") == []
    assert sorted(remembered.read(SLUG, "masto").items) == ids(social)[:2]
    again = school.collect("masto", "2026-09-15T12:00", lookback_hours=168)
    assert (again.status, again.pages) == ("complete", 0)
    assert set(found(f"{mine}|sanne_dv|aula")) <= {"ledger.sqlite"}  # it is the newest post of that tag


def test_an_erasure_that_takes_an_answer_remembers_the_others_on_it(school: School, social: Mastodon) -> None:
    forget_sanne(school)
    assert sorted(remembered.read(SLUG, "masto").items) == ids(social)[:2]
    assert raw() == []


def test_what_is_remembered_of_a_person_is_in_their_export(school: School, social: Mastodon, tmp_path: Path) -> None:
    settle_all()
    run.export(SLUG, sanne(school.faults), tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as packed:
        told = [json.loads(line) for line in packed.read("asked_again.jsonl").decode().splitlines()]
    assert [(one["source"], one["id"]) for one in told] == [("masto", ids(social)[2])]


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        '{"items": {}, "said": {"what somebody said": "2026-09-08T10:00:00+00:00"}}',
        '{"items": {"1": "2026-09-08T10:00:00"}, "said": {}}',
    ],
)
def test_a_damaged_memory_is_told_with_what_follows_from_removing_it(
    school: School, social: Mastodon, damage: str
) -> None:
    settle_all()
    (home.landing(SLUG, "masto") / remembered.FILE).write_text(damage, "utf-8")
    with pytest.raises(SourceError, match=r"remembered\.json is damaged"):
        school.collect("masto", "2026-09-15T12:00")
    assert school.windows("masto")[-1][-1] == "failed"
