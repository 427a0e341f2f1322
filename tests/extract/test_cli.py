"""``./weerklank source``."""

from __future__ import annotations

import pytest

from tasks.cli import main
from tests.extract import server
from tests.extract.mastodon_server import Mastodon
from tests.extract.world import School


@pytest.fixture
def school(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setenv("WEERKLANK_SCHOOL_MASTO_TOKEN", "a-token-of-the-school")
    return school


def test_a_source_is_tried_and_nothing_is_kept(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    social = Mastodon(school.faults).serve()
    for number in range(8):
        social.post(
            f"2026-09-08T1{number}:00", f"Vraag {number} aan @someone@social.example, bel 06-12345678", author="s"
        )
    assert main(["source", "test", "school", "masto"]) == 0
    told = capsys.readouterr().out
    assert [line[:18] for line in told.splitlines()[:5]] == [f"  2026-09-08 1{n}:00" for n in (7, 6, 5, 4, 3)]
    assert "Vraag 7 aan @…, bel [number]" in told
    assert "masto works: 8 items" in told
    assert "Requests left until the limit is renewed: 290." in told
    assert "A week costs nothing; about " in told
    assert "a-token" not in told
    assert school.windows("masto") == []
    assert school.faults.seen[0][1]["authorization"] == "Bearer a-token-of-the-school"


def test_a_source_that_does_not_work_says_why(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    school.faults.script("/api/v1/timelines/tag/school", server.status(401))
    assert main(["source", "test", "school", "masto"]) == 1
    told = capsys.readouterr().out
    assert "masto does not work: masto: https://social.example" in told
    assert "put a new one in the connection" in told


def test_an_answer_of_another_shape_is_told_without_a_word_of_it(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    social = Mastodon(school.faults).serve()
    social.statuses[social.post("2026-09-08T10:00", "Geheim")]["created_at"] = "gisteren"
    assert main(["source", "test", "school", "masto"]) == 1
    told = capsys.readouterr().out
    assert "masto: an answer has another shape than mastodon promises (ValueError)" in told
    assert "gisteren" not in told


def test_what_is_listened_to(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    Mastodon(school.faults).serve()
    school.collect("masto", "2026-09-10T12:00")
    school.faults.script("/feed", server.status(404))
    school.collect("news", "2026-09-10T12:00")
    assert main(["source", "list", "school"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["mastodon", "files"]
    assert "masto                mastodon, every 60 minutes, read up to 2026-09-10 12:00 UTC" in told
    assert any("failed: news: " in line for line in told)


@pytest.mark.parametrize("named", [["mastodon"], ["nothing"], []])
def test_what_cannot_be_tried(school: School, named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["source", "test", "school", *named]) == 2
    assert "there are: masto, news, reddit" in capsys.readouterr().err
