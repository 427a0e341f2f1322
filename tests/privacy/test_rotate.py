"""A new key: nothing that is counted changes, and no old pseudonym is left."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tasks import home, lake, steps
from tasks.errors import UsageError
from tasks.measure import document
from tasks.period import Week
from tasks.privacy import run
from tasks.privacy.pages import Landed
from tasks.quality import labels, sample
from tasks.quality.labels import Label
from tests.privacy.school import SLUG, School, counts, found, people
from tests.world import item

pytestmark = pytest.mark.usefixtures("here")
W37, W38 = "2026-W37", "2026-W38"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> School:
    school = School(tmp_path, monkeypatch, engine=getattr(request, "param", "lexicon"))
    for page in people():
        school.land(*page)
    return school


def items(week: str) -> list[str]:
    return [row["item_id"] for row in lake.read("mentions", SLUG, week).to_pylist()]


def restated(school: School) -> dict[str, object]:
    """What the second week's document says of the first."""
    as_of = Week.parse(W38, school.institution.zone).cutoff.isoformat()
    steps.stage(SLUG, W38)
    steps.measure(SLUG, W38, as_of)
    told: dict[str, object] = document.stored(SLUG, W38, as_of)["restated"]
    return told


@pytest.mark.parametrize("school", ["lexicon", pytest.param("student", marks=pytest.mark.slow)], indirect=True)
def test_threads_authors_labels_and_what_is_restated_hold(school: School) -> None:
    school.report(W37)
    school.land(item("late", "2026-09-09T08:00", text="Waarom is er geen zaal voor het tentamen?"))
    told = restated(school)
    assert told["counts"] == {"late": 1}
    before, old = [counts(week) for week in (W37, W38)], items(W37)
    for page in list(Landed(school.institution).pages())[:2]:
        page.settle(set(page.raw[0]["line"].to_pylist()))
    drawn = sample.draw(school.institution, Week.parse(W37, school.institution.zone))
    labels.save(SLUG, W37, Label.of(drawn[0], "anna", "negative"))
    labels.save(SLUG, W37, Label("anna", drawn[1].item_id, "of other words", "neutral", None, "neutral", 3))
    done = run.rotate(SLUG)
    assert (done["keys"], done["pages"], done["weeks"], done["labels"]) == (2, 2, [W37, W38, "2026-W39"], 2)
    assert [counts(week) for week in (W37, W38)] == before
    assert not set(old) & set(items(W37))
    assert found("|".join(old)) == []
    assert restated(school) == told
    again = {one.item_id: one for one in sample.draw(school.institution, Week.parse(W37, school.institution.zone))}
    kept = {one.item_id: one for one in labels.read(SLUG, W37)}
    assert kept.keys() <= again.keys()
    assert sorted(one.text_key == again[name].text_key for name, one in kept.items()) == [False, True]
    # Who writes again after it is the same person as before, and a reply finds what it answers.
    school.land(item("new", "2026-09-10T10:00", author="a_q1", text="En nu?", in_reply_to="q1"))
    steps.stage(SLUG, W38)
    after = counts(W37)
    assert after["authors"] == before[0]["authors"]
    assert len(after["rows"]) == len(before[0]["rows"]) + 1
    assert sum(size for _, size in after["threads"]) > sum(size for _, size in before[0]["threads"]) + 1


def test_the_lake_is_the_same_whether_pages_are_raw_or_rows(school: School, tmp_path: Path) -> None:
    steps.stage(SLUG, W38)
    run.rotate(SLUG)
    raw = sorted(items(W37))
    for page in Landed(school.institution).pages():
        page.settle(set(page.raw[0]["line"].to_pylist()))
    shutil.rmtree(home.lake())
    steps.stage(SLUG, W38)
    assert sorted(items(W37)) == raw


def test_who_was_erased_stays_erased_by_another_key(school: School) -> None:
    from tests.privacy.test_erase import ANYTHING, PERSON

    run.erase(SLUG, PERSON, by="dpo", really=True)
    before = counts(W37)
    run.rotate(SLUG)
    school.land(*people()[0][:3])
    steps.stage(SLUG, W38)
    assert counts(W37) == before
    run.retain(SLUG, really=True)
    assert found(ANYTHING) == []


def test_a_correction_finds_its_row_by_the_name_it_was_written_down_with(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.stage(SLUG, W38)
    name = items(W37)[0]
    shutil.copytree(home.SQL, tmp_path / "sql")
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    (tmp_path / "sql" / "corrections.toml").write_text(
        f'[[correction]]\ninstitution = "{SLUG}"\nweek = "{W37}"\nitem = "{name}"\nwas = {{ kind = "post" }}\n'
        'set = { needs_reply = false }\nreason = "x"\nevidence = "x"\nby = "x"\non = 2026-09-20\n'
    )
    steps.stage(SLUG, W38)
    assert lake.read("corrected", SLUG, W37).to_pylist()[0]["applied"]
    run.rotate(SLUG)
    assert lake.read("corrected", SLUG, W37).to_pylist()[0]["applied"]


def test_a_public_key_is_not_rotated_and_an_erasure_comes_first(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home.privacy(SLUG) / "20260914-x"
    folder.mkdir(parents=True)
    text = {
        "receipt": "20260914-x",
        "person": "",
        "source": "",
        "by": "",
        "reference": "",
        "begun_at": "",
        "secret": "",
    }
    empty = {key: {} for key in ("items", "authors", "judged", "documents", "counts", "pages_before")}
    lists = {key: [] for key in ("own", "naming", "quotes", "editions")}
    (folder / "plan.json").write_text(json.dumps({**text, **empty, **lists}))
    with pytest.raises(UsageError, match="20260914-x was begun and not ended"):
        run.rotate(SLUG)
    monkeypatch.setattr(home, "CONFIG", home.ROOT / "config" / "institutions")
    with pytest.raises(UsageError, match="public"):
        run.rotate("overbrugge")
