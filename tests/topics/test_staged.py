"""From landed posts to the lake: strangers, accounts, intents, urgency, and what analysts get to see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tasks import home, lake, settings, steps
from tasks.cli import main
from tasks.errors import ConfigError
from tasks.extract import files
from tasks.measure import document
from tasks.period import Week
from tasks.topics.own import NOTE
from tests.world import INSTITUTION, item, jsonl, settle

WEEK = "2026-W37"
NAMES = """
[names]
full      = ["hogeschool overbrugge"]
short     = ["HOB"]
context   = ["student*"]
strangers = ["keukens"]
[[ignore]]
pattern = "open haard"
case    = "De open haard van de HOB student"
[[route]]
department = "exams"
accounts   = ["@hob_toetsing"]
"""
URGENT = f'[urgent]\ncontact = "zorg@school.example"\naccepted = "{NOTE}"\n'
Stage = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Hand in posts under an institution's file with ``more`` in it; the mentions of the week by their texts."""

    def one(*rows: Any, more: str = "") -> dict[str, dict[str, Any]]:
        slug = settle(monkeypatch, tmp_path, INSTITUTION.replace("[deliver]", more + "\n[deliver]"))
        files.receive(settings.load(slug), jsonl(tmp_path / "in.jsonl", *rows), fetched_at=steps.now())
        steps.stage(slug, WEEK)
        table = lake.read("mentions", slug, WEEK)
        assert table is not None
        return {row["text"]: row for row in table.to_pylist()}

    return one


def post(text: str, **more: Any) -> dict[str, Any]:
    return item(f"i {text}", "2026-09-08T10:00", text=text, author=more.pop("author", f"a {text}"), **more)


def built() -> dict[str, Any]:
    institution = settings.load("school")
    week = Week.parse(WEEK, institution.zone)
    return document.build(institution, week, week.cutoff)


def test_strangers_stay_in_the_lake_marked_and_count_nowhere_but_in_coverage(stage: Stage) -> None:
    found = stage(
        post("Student aan de HOB, waar is mijn cijfer?"),
        post("HOB keukens voor studenten, wie wil?"),
        post("Waarom brandt de open haard bij Hogeschool Overbrugge?"),
        post("Niets met die naam, toch?", needs_reply=True),
        post("Keukens van HOB?", author="iemand", author_kind="own"),
        more=NAMES,
    )
    directions = [row["direction"] for row in found.values()]
    assert sorted(directions) == ["inbound", "inbound", "outbound", "stranger", "stranger"]
    stranger = found["HOB keukens voor studenten, wie wil?"]
    assert (stranger["direction"], stranger["eligibility"], stranger["intent"]) == ("stranger", None, None)
    assert 0 < stranger["relevance"] < 0.5
    assert stranger["relevance_why"] == "name; context: student*; strangers: keukens"
    assert found["Waarom brandt de open haard bij Hogeschool Overbrugge?"]["relevance_why"] == "ignore: open haard"
    made = built()
    volume = next(
        row for row in made["metrics"]["mention_volume"]["rows"] if (row["week"], row["dimension"]) == (WEEK, "all")
    )
    assert volume["n"] == 2
    (covered,) = made["lists"]["coverage"]
    assert (covered["items"], covered["strangers"]) == (2, 2)


def test_a_reply_to_us_is_ours_whatever_it_says(stage: Stage) -> None:
    found = stage(
        item("ours", "2026-09-08T09:00", text="Kom langs", author_kind="own"),
        post("Keukens, leuk!", in_reply_to="ours"),
        more=NAMES,
    )
    assert found["Keukens, leuk!"]["direction"] == "inbound"


def test_our_account_leads_the_way_and_no_handle_is_kept(stage: Stage) -> None:
    found = stage(post("@HOB_Toetsing en @student_jansen, help de student van HOB"), more=NAMES)
    (row,) = found.values()
    assert (row["department"], row["department_rule"]) == ("exams", "account hob_toetsing")
    for path in home.lake().rglob("*.parquet"):
        assert "jansen" not in str(pq.read_table(path, partitioning=None).to_pylist())


@pytest.mark.parametrize(
    ("text", "intent", "eligibility"),
    [
        ("Hoe laat begint het tentamen?", "question", "eligible"),
        ("Weet iemand waar lokaal 4 is", "question", "eligible"),
        ("Nog altijd geen rooster", "complaint", "eligible"),
        ("Kut Overbrugge, neemt hier ooit iemand op?", "complaint", "eligible"),
        ("Wat een geweldige docent!", "compliment", "not_asking"),
        ("Dank aan de conciërge", "compliment", "not_asking"),
        ("Zaterdag open dag, aanmelden via de website", "announcement", "not_asking"),
        ("Write my essay? Cheap essay writing service!", "spam", "spam"),
        ("https://example.org/a https://example.org/b", "spam", "spam"),
        ("De eenden steken over", "other", "not_asking"),
        ("😡", "complaint", "eligible"),
    ],
)
def test_what_somebody_wants(stage: Stage, text: str, intent: str, eligibility: str) -> None:
    (row,) = stage(post(text)).values()
    assert (row["intent"], row["eligibility"]) == (intent, eligibility)


def test_a_persons_judgement_still_overrules_the_intent(stage: Stage) -> None:
    found = stage(
        post("De eenden steken over", needs_reply=True),
        post("Waar is het tentamen?", needs_reply=False),
        post("Ha", kind="article"),
    )
    assert {row["eligibility"] for row in found.values()} == {"eligible", "no_reply_needed", "not_asking"}
    assert found["Ha"]["intent"] == "announcement"


def test_urgency_is_not_looked_for_until_it_is_accepted(stage: Stage) -> None:
    (row,) = stage(post("Ik wil niet meer leven")).values()
    assert row["text"] == "Ik wil niet meer leven"
    assert not (home.lake() / "urgent").exists()
    assert "urgent" not in built()
    assert "urgent" not in steps.stage("school", WEEK)


def test_how_many_posts_are_urgent_is_told_and_nothing_else(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage(post("Ik wil niet meer leven", author="jansen"), post("Een bommelding"), post("Koffie!"), more=URGENT)
    (told,) = [record.getMessage() for record in caplog.records if "attention" in record.getMessage()]
    assert told.startswith("school: 2 posts of 2026-W37 to 2026-W38 need attention now, by ")
    assert "not a crisis service" in told
    assert not [word for word in ("leven", "bom", "jansen") if word in caplog.text]
    assert built()["urgent"] == 2
    assert steps.stage("school", WEEK)["urgent"] == 2
    school = settings.load("school")
    week = Week.parse(WEEK, school.zone)
    assert document.build(school, week, week.start)["urgent"] == 0


def test_what_is_urgent_is_kept_apart_without_a_word_a_name_or_a_kind(stage: Stage) -> None:
    text = "Een bommelding voor het tentamen, en ik wil niet meer leven"
    found = stage(post(text, needs_reply=True), post("Waar is het tentamen?"), more=URGENT)
    kept = lake.read("urgent", "school", WEEK)
    assert kept is not None
    assert kept.column_names == ["item_id", "source", "created_at", "page", "line"]
    urgent = found[None]  # type: ignore[index]
    assert [row["item_id"] for row in kept.to_pylist()] == [urgent["item_id"]]
    # What fired in it, or led it somewhere, says what it was about; somebody wrote it, and the author's key is there.
    assert (urgent["topics"], urgent["department_rule"]) == ([], None)
    for path in home.lake().rglob("*.parquet"):
        assert "meer leven" not in str(pq.read_table(path, partitioning=None).to_pylist()), path
    assert "meer leven" not in str(built())


def test_urgency_without_words_to_look_for_is_not_silently_off(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "intent.toml"
    path.write_text('[[class]]\nkey = "spam"\npatterns.nl = ["casino"]\n', encoding="utf-8")
    monkeypatch.setattr(home, "INTENT", path)
    with pytest.raises(ConfigError, match=r"school.toml: \[urgent\] is on, and config/intent.toml has no class"):
        stage(post("Ik wil niet meer leven"), more=URGENT)


def test_what_was_urgent_is_forgotten_when_it_is_switched_off(stage: Stage) -> None:
    stage(post("Ik wil niet meer leven"), more=URGENT)
    assert lake.count("urgent", "school", WEEK) == 1
    (row,) = stage(post("Ik wil niet meer leven")).values()
    assert row["text"] and lake.read("urgent", "school", WEEK) is None


def test_unmatched_negatives_and_rising_words_are_listed_for_the_analyst(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage(
        post("Vreselijk, dat gezwets over de draaimolen"),
        post("Slecht geheim, zo'n draaimolen", visibility="private"),
        post("Waardeloos tentamen"),
        *(post(f"Draaimolen {number}", author=f"b{number}") for number in range(6)),
        *(post(f"Draaimolen nogmaals {number}", author="one and the same") for number in range(6)),
        *(item(f"old{number}", "2026-08-18T10:00", author=f"o{number}", text="Goed weer hier") for number in range(9)),
    )
    lists = document.for_analysts(settings.load("school"), Week.parse(WEEK, settings.load("school").zone))
    listed = [row["excerpt"] for row in lists["unmatched_negatives"]]
    assert None in listed and not [one for one in listed if one and "tentamen" in one]
    assert "geheim" not in str(lists)
    words = {row["word"]: row["people"] for row in lists["rising_words"]}
    assert words == {"draaimolen": 8}  # six people, one who says it six times and one more; not the private post
    assert main(["taxonomy", "unmatched", "school"]) == 0
    assert "rising_words, school 2026-W37: 1" in capsys.readouterr().out


def test_check_tells_what_a_draft_moves_and_shows_nothing_private(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = stage(post("De eend is zoek"), post("Een eend in de hal", visibility="private"), post("Koffie!"))
    draft = tmp_path / "draft.toml"
    draft.write_text('[[topic]]\nkey = "catering"\npatterns.nl = ["eend*"]\nwithout = ["koffie*"]\n', encoding="utf-8")
    assert main(["taxonomy", "check", "school", "--week", "2026-W37", str(draft)]) == 0
    told = capsys.readouterr().out
    assert "school 2026-W37: 3 mentions move, in 1 of 30 topics" in told
    assert "catering: 1 → 2" in told
    assert f"+ {found['De eend is zoek']['item_id']}  De eend is zoek" in told
    assert f"+ {found['Een eend in de hal']['item_id']}  (not public)" in told
    assert f"- {found['Koffie!']['item_id']}  Koffie!" in told
    assert main(["taxonomy", "check", "school"]) == 0
    assert "0 mentions move" in capsys.readouterr().out


def test_check_without_mentions_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(monkeypatch, tmp_path)
    assert main(["taxonomy", "check", "school"]) == 2
    assert "has no mentions yet: import files first" in capsys.readouterr().err
