"""One person asks to be forgotten: found nowhere afterwards, and every count is what it was."""

from __future__ import annotations

import json
import stat
import zipfile
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tasks import home, lake, steps
from tasks.cli import main
from tasks.digest.book import Book
from tasks.errors import UsageError
from tasks.extract import landing
from tasks.privacy import editions, plan, requests, run
from tasks.privacy.person import Person
from tasks.quality import labels
from tasks.quality.labels import Label
from tasks.render.job import Job
from tasks.render.stamp import Stamp
from tests.privacy.school import HANDLE, NAME, SLUG, School, counts, found, lake_bytes, people, text_of
from tests.render import sample
from tests.world import item

pytestmark = pytest.mark.usefixtures("here")
W37, W38 = "2026-W37", "2026-W38"
PERSON = Person("mastodon", f"@{HANDLE.upper()}", (NAME,))
#: The handle and the name in any spelling, and what the person wrote.
ANYTHING = rf"{HANDLE}|{NAME}|verplaatst zonder|Prachtige open dag|neemt bij jullie|is een ramp"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> School:
    school = School(tmp_path, monkeypatch, engine=getattr(request, "param", "lexicon"))
    for number, page in enumerate(people()):
        school.land(*page, name=f"export_{HANDLE}.jsonl" if number == 2 else "")
    return school


def erase(*, really: bool = True) -> dict[str, object]:
    return run.erase(SLUG, PERSON, by="dpo", reference="AVG-14", really=really)


@pytest.mark.parametrize("school", ["lexicon", "student"], indirect=True)
def test_counts_stay_and_nobody_is_found_in_pages_and_lake(school: School) -> None:
    steps.stage(SLUG, W38)
    before, bytes_before = [counts(week) for week in (W37, W38)], lake_bytes()
    read_by_a_model = any(name.startswith("scores/") for name in bytes_before)
    assert read_by_a_model == (school.institution.sentiment.engine != "lexicon")
    assert len(found(ANYTHING)) > 3
    told = erase(really=False)
    assert (told["items"], told["own_raw_lines"], told["editions"]) == (5, 6, [])
    assert told["other_raw_lines"] == 5
    assert lake_bytes() == bytes_before
    receipt = erase()
    assert found(ANYTHING) == []
    assert [counts(week) for week in (W37, W38)] == before
    assert receipt["weeks_staged"] == [W37, W38]
    assert HANDLE.lower() not in json.dumps(receipt).lower()
    assert plan.unfinished(SLUG) == []
    # From the same pages the lake is made again, byte for byte.
    once = lake_bytes()
    for path in home.lake().rglob("*.parquet"):
        path.unlink()
    steps.stage(SLUG, W38)
    assert lake_bytes() == once
    assert steps.look_after().damaged == []
    with pytest.raises(UsageError, match="nothing of this handle"):
        erase()


def test_no_key_leads_from_the_handle_to_what_is_left(school: School) -> None:
    steps.stage(SLUG, W38)
    from tasks.stage import keys

    known = PERSON.pseudonyms(keys.chain(school.institution)) | {
        PERSON.pseudonym(keys.chain(school.institution), one) for one in ("s1", f"{HANDLE}-2", "s3", "s4")
    }
    assert found("|".join(sorted(known)))
    erase()
    left = [name for name in found("|".join(sorted(known))) if not name.endswith("erased.json")]
    assert left == []


def test_an_overlapping_export_brings_nothing_back(school: School) -> None:
    steps.stage(SLUG, W38)
    before = counts(W37)
    erase()
    school.land(*people()[0][:3])
    steps.stage(SLUG, W38)
    assert counts(W37) == before
    run.retain(SLUG, really=True)
    assert found(ANYTHING) == []
    assert counts(W37) == before


def test_editions_are_blacked_out_named_and_made_again(school: School, tmp_path: Path) -> None:
    first = Path(school.report(W37))
    assert "Het hertentamen is een" in (first / "metrics.json").read_text("utf-8")
    mail = EmailMessage()
    mail["To"] = "board@school.example"
    mail.set_content("Your report.")
    pdf = (first / "report.en.pdf").read_bytes()
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="report.pdf")
    home.mailbox().mkdir(parents=True)
    (home.mailbox() / "1.eml").write_bytes(bytes(mail))
    (home.mailbox() / "2.eml").write_bytes(b"To: board@school.example\n\nSomething else.\n")
    listed = lake.read("mentions", SLUG, W37)
    mine = next(row["item_id"] for row in listed.to_pylist() if "ramp" in (row["text"] or ""))
    labels.save(SLUG, W37, Label("anna", mine, "x", "negative", None, "negative", 3))
    assert any("metrics.json" in name for name in found("Het hertentamen is een"))
    told = erase(really=False)
    assert (told["editions"], told["labels"], len(told["mails"])) == (["2026-W37/r1"], 1, 1)
    receipt = erase()
    assert receipt["rebuilt"] == {W37: "2026-W37/r2"}
    assert found(rf"{ANYTHING}|Het hertentamen is een") == []
    assert sorted(path.name for path in home.mailbox().iterdir()) == ["2.eml"]
    assert (first / "report.en.pdf").read_bytes() != pdf
    manifest = json.loads((first / "manifest.json").read_text("utf-8"))
    assert (manifest["revision"], manifest["redacted"]) == (1, [receipt["receipt"]])
    (noted,) = json.loads((first.parent / "r1.redacted.json").read_text("utf-8"))
    assert noted["files_before"]["metrics.json"] != manifest["files"]["metrics.json"]
    quoted = json.loads((first / "metrics.json").read_text("utf-8"))["lists"]
    assert sum(row["excerpt"] == editions.BLACK for row in [*quoted["open_items"], *quoted["solved_cases"]]) == 4
    assert steps.look_after().damaged == []
    assert labels.read(SLUG, W37) == []


def test_a_page_shows_where_words_were() -> None:
    made = editions.redacted(sample.normal(), PERSON, {"open_items": [0], "solved_cases": [0]})
    files = Job(made, sample.institution(), Stamp(1, "0123456789ab"), ("nl",)).files()
    assert files["report.nl.html"].decode().count(editions.BLACK) == 2
    assert text_of(files["report.nl.pdf"]).count(editions.BLACK) == 2


def test_the_archive_duty_keeps_the_edition_with_the_passage_blacked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = School(tmp_path, monkeypatch, "[privacy]\narchive_duty = true\n")
    for page in people():
        school.land(*page)
    school.report(W37)
    receipt = erase()
    assert (receipt["rebuilt"], receipt["editions"][0]["kept"]) == ({}, True)
    assert found(rf"{ANYTHING}|Het hertentamen is een") == []
    there = [path.name for path in sorted((home.reports(SLUG) / W37).iterdir())]
    assert there == ["r1", "r1.quoted.json", "r1.redacted.json"]


def test_what_one_may_know_of_oneself_is_in_one_file(school: School, tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    run.export(SLUG, PERSON, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as packed:
        told = {name: packed.read(name).decode().splitlines() for name in packed.namelist()}
    assert (len(told["raw_lines.jsonl"]), len(told["judged.jsonl"]), len(told["rows.jsonl"])) == (6, 5, 0)
    assert all(
        json.loads(line)["item"]["author"].lower().lstrip("@") == HANDLE.lower() for line in told["raw_lines.jsonl"]
    )
    with pytest.raises(UsageError, match="is there already"):
        run.export(SLUG, PERSON, path)
    with pytest.raises(UsageError, match="nothing of this handle"):
        run.export(SLUG, Person("mastodon", "nobody_at_all"), tmp_path / "none.zip")


def test_a_request_for_airflow_is_forgotten_once_it_is_done(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["privacy", "erase", SLUG, "--author", f"@{HANDLE}", "--source", "mastodon", "--also", NAME]
    assert main([*asked, "--file"]) == 0
    number = capsys.readouterr().out.split()[1].rstrip(".")
    with pytest.raises(UsageError, match="There is no request"):
        run.erase_requested(SLUG, "00000000", by="x", really=True)
    run.erase_requested(SLUG, number, by="airflow user", really=False)
    receipt = run.erase_requested(SLUG, number, by="airflow user", really=True)
    assert receipt["asked_by"] == "airflow user"
    assert found(ANYTHING) == []
    assert main(asked) == 0
    told = capsys.readouterr()
    assert "items: 0" in told.out
    assert "add --really" in told.err


def test_a_request_whose_erasure_was_killed_at_the_very_end_is_forgotten_by_the_next_run(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    number = run.file(SLUG, PERSON, "AVG-15")
    with monkeypatch.context() as before:
        before.setattr(requests, "done_for", killed)  # the last thing that is done
        with pytest.raises(KeyboardInterrupt):
            run.erase_requested(SLUG, number, by="airflow user", really=True)
    assert found(ANYTHING) == [f"privacy/{SLUG}/requests/{number}.json"]
    receipt = run.erase_requested(SLUG, number, by="airflow user", really=True)
    assert (receipt["reference"], receipt["counts"]["items"]) == ("AVG-15", 5)
    assert found(ANYTHING) == []
    with pytest.raises(UsageError, match="There is no request"):
        run.erase_requested(SLUG, number, by="airflow user", really=True)
    assert len(list(home.privacy(SLUG).glob("*/receipt.json"))) == 1


def test_who_was_mailed_that_the_person_waits_is_named_before_and_counted_after(school: School) -> None:
    steps.stage(SLUG, W38)
    book, at = Book(home.ledger_url()), datetime(2026, 9, 8, 12, tzinfo=UTC)
    rows = {row["text"]: row["item_id"] for row in lake.read("mentions", SLUG, W37).to_pylist()}
    mine = next(item for text, item in rows.items() if text and "is een ramp" in text)
    book.plan(SLUG, "waiting", "exams@school.example", [mine], at)
    book.plan(SLUG, "waiting", "other@school.example", [rows["Waar is het tentamen van zaal 0?"]], at)
    assert erase(really=False)["told"] == ["exams@school.example"]
    assert erase()["told"] == 1
    assert mine not in book.items(SLUG)
    run.retain(SLUG, date(2026, 11, 30), really=True)  # sixty days later, also where no digest is mailed any more
    assert book.items(SLUG) == []


def test_a_person_of_another_source_is_another_person(school: School) -> None:
    school.land(
        item("r1", "2026-09-08T10:00", text="Op reddit zeg ik iets anders.", author=HANDLE) | {"source": "reddit"}
    )
    steps.stage(SLUG, W38)
    erase()
    assert any("Op reddit" in (row["text"] or "") for row in lake.read("mentions", SLUG, W37).to_pylist())
    assert [page.origin for page in landing.pages(SLUG) if HANDLE in page.origin] == []
