"""Last week is computed again: what moved is told, with what changed since, and the first word stays what it was."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks import home, lake, settings, steps
from tasks.extract import files
from tasks.measure import document, first
from tasks.measure import week as measuring
from tasks.period import Week
from tests import shared
from tests.world import INSTITUTION, item, jsonl, settle

W, NEXT = "2026-W37", "2026-W38"
pytestmark = pytest.mark.usefixtures("here")
FETCHED = datetime(2026, 11, 23, tzinfo=UTC)
RATED = {"kind": "review", "rating_min": 1, "rating_max": 5}
Say = dict[str, Any]


class School:
    """A small institution with one week already measured and reported."""

    def __init__(self, folder: Path, slug: str) -> None:
        self.folder, self.slug = folder, slug
        self.pages = 0

    def land(self, *rows: Any) -> None:
        """Hand in a file."""
        self.pages += 1
        path = jsonl(self.folder / f"page{self.pages}.jsonl", *rows)
        files.receive(settings.load(self.slug), path, fetched_at=FETCHED)

    def measure(self, week: str, as_of: datetime | None = None) -> Say:
        """Stage and measure a week; what its document says of the week before."""
        institution = settings.load(self.slug)
        cutoff = (as_of or Week.parse(week, institution.zone).cutoff).isoformat()
        steps.stage(self.slug, week)
        steps.measure(self.slug, week, cutoff)
        told: Say = document.stored(self.slug, week, cutoff)["restated"]
        return told

    def record(self, week: str = W) -> Path:
        """The file with what a week said at first."""
        return lake.partition(first.TABLE, self.slug, week)


def told_at_first() -> list[dict[str, Any]]:
    """Twelve questions, every other one answered in time, and a review with a rating."""
    rows = [
        item(f"q{n}", f"2026-09-08T{8 + n // 2:02d}:{30 * (n % 2):02d}", text="Waar is het tentamen?")
        for n in range(12)
    ]
    answers = [
        item(f"a{n}", f"2026-09-08T{8 + n // 2:02d}:45", in_reply_to=f"q{n}", author_kind="own")
        for n in range(0, 12, 2)
    ]
    return [*rows, *answers, item("r", "2026-09-10T10:00", text="Goed", rating=1, needs_reply=False, **RATED)]


@pytest.fixture(scope="module")
def measured_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of a school whose week was measured: every test gets a copy."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            shared.work_here(patch)
            made = School(folder, settle(patch, folder))
            made.land(*told_at_first())
            made.measure(W)

    return shared.once(tmp_path_factory, "restated", make)


@pytest.fixture
def school(measured_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    shutil.copytree(measured_once, tmp_path, dirs_exist_ok=True)
    made = School(tmp_path, settle(monkeypatch, tmp_path))
    made.pages = 1
    return made


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the SQL that a test may change."""
    folder = tmp_path / "sql"
    shutil.copytree(home.SQL, folder)
    monkeypatch.setattr(home, "SQL", folder)
    return folder


def late(school: School) -> None:
    school.land(item("late", "2026-09-09T10:00", text="Waarom neemt niemand op?"))


def edit(school: School) -> None:
    school.land(item("q1", "2026-09-08T08:30", text="Laat maar, gevonden.", edited_at="2026-09-15T10:00:00Z"))


def delete(school: School) -> None:
    school.land(item("r", "2026-09-10T10:00", kind="review", text=None, author=None, deleted=True))


def log_a_call(school: School) -> None:
    """Somebody writes down afterwards that they telephoned."""
    called = {"id": "c1", "department": "exams", "contacted_at": "2026-09-08T09:00:00Z"}
    school.land(item("q1", "2026-09-08T08:30", text="Waar is het tentamen?", case=called))


def redefine(school: School) -> None:
    path = home.SQL / "metrics" / "mention_volume.sql"
    text = path.read_text(encoding="utf-8")
    new = text.replace("AS n,", "+ 1 AS n,", 1)
    assert new != text
    path.write_text(new, encoding="utf-8")


def answer_an_old_one(school: School) -> None:
    school.land(item("a_old", "2026-08-19T10:00", in_reply_to="old", author_kind="own"))


CHANGES: dict[str, tuple[Callable[[School], None], str]] = {
    "late": (late, "sla_attainment"),
    "edited": (edit, "sla_attainment"),
    "later_facts": (log_a_call, "sla_attainment"),
    "definition": (redefine, "mention_volume"),
}


def row(told: Say, metric: str) -> dict[str, Any]:
    (found,) = [one for one in told["rows"] if one["metric"] == metric]
    return found


def test_nothing_moved_says_nothing(school: School) -> None:
    assert school.measure(NEXT) == {"week": W, "rows": [], "counts": {}}


@pytest.mark.parametrize("reason", CHANGES)
def test_each_reason_is_named_alone(school: School, own_sql: Path, reason: str) -> None:
    change, metric = CHANGES[reason]
    change(school)
    told = school.measure(NEXT)
    assert row(told, metric)["reasons"] == [reason]
    assert told["counts"] == ({} if reason == "definition" else {reason: 1})
    assert {one for each in told["rows"] for one in each["reasons"]} == {reason}


def test_a_deletion_alone_keeps_every_count(school: School) -> None:
    delete(school)
    assert school.measure(NEXT)["rows"] == []


def test_all_reasons_together(school: School, own_sql: Path) -> None:
    late(school)
    edit(school)
    delete(school)
    called = {"id": "c1", "department": "exams", "contacted_at": "2026-09-08T09:45:00Z"}
    school.land(item("q3", "2026-09-08T09:30", text="Waar is het tentamen?", case=called))
    redefine(school)
    told = school.measure(NEXT)
    assert told["counts"] == {"late": 1, "edited": 1, "deleted": 1, "later_facts": 1}
    data = ["late", "edited", "deleted", "later_facts"]
    assert row(told, "mention_volume")["reasons"] == [*data, "definition"]
    assert row(told, "sla_attainment")["reasons"] == data  # its own definition did not change


def test_what_moved_is_told_as_it_was_and_as_it_is(school: School) -> None:
    late(school)
    told = row(school.measure(NEXT), "sla_attainment")
    assert told["first"] == {"value": 50, "n": 12, "followed": None}
    assert told["now"] == {"value": 46.1538, "n": 13, "followed": None}


def test_a_late_item_that_was_edited_already_is_late_and_not_edited(school: School) -> None:
    school.land(item("late", "2026-09-09T10:00", text="Niemand?", edited_at="2026-09-09T11:00:00Z"))
    assert school.measure(NEXT)["counts"] == {"late": 1}


def test_the_same_items_in_another_page_are_no_change(school: School) -> None:
    late(school)
    school.land(*told_at_first()[:6], "")
    assert school.measure(NEXT)["counts"] == {"late": 1}


def test_what_was_done_after_the_cut_off_is_no_reason(school: School) -> None:
    late(school)
    for n, asked in enumerate(told_at_first()[:4]):
        school.land(
            asked | {"case": {"id": f"c{n}", "department": "exams", "resolved_at": "2026-09-16T10:00:00Z"}},
        )
    first_time = school.measure(NEXT)["counts"]
    assert first_time == {"late": 1, "later_facts": 4}  # each became a case …
    school.measure(NEXT)
    again = Week.parse(NEXT, settings.load("school").zone)
    for n, asked in enumerate(told_at_first()[:4]):
        school.land(
            asked | {"case": {"id": f"c{n}", "department": "exams", "contacted_at": "2026-09-24T10:00:00Z"}},
        )
    assert school.measure(NEXT, again.cutoff)["counts"] == first_time  # … and what came of it later is no change


def test_an_answer_on_monday_morning_that_came_late_counts(school: School) -> None:
    school.land(item("a_monday", "2026-09-14T03:30", in_reply_to="q1", author_kind="own"))
    told = school.measure(NEXT)
    assert row(told, "backlog")["reasons"] == ["late"]
    assert (row(told, "backlog")["first"]["value"], row(told, "backlog")["now"]["value"]) == (6, 5)


def test_an_answer_of_an_earlier_week_is_told_of_what_waits_only(tmp_path: Path, monkeypatch: Any) -> None:
    school = School(tmp_path, settle(monkeypatch, tmp_path))
    school.land(item("old", "2026-08-18T10:00", text="Waar is het tentamen?"), *told_at_first())
    school.measure(W)
    answer_an_old_one(school)
    told = school.measure(NEXT)
    assert [(one["metric"], one["reasons"]) for one in told["rows"]] == [("backlog", ["earlier"])]
    late(school)
    school.land(item("late2", "2026-09-09T11:00", text="Niemand?"))
    told = school.measure(NEXT)
    assert row(told, "backlog")["reasons"] == ["late", "earlier"]
    assert row(told, "sla_attainment")["reasons"] == ["late"]


def test_an_item_that_is_no_longer_there_was_removed(school: School) -> None:
    """A reply turns out to be older than its message: it is set aside."""
    school.land(item("y", "2026-09-12T10:00"), item("q2", "2026-09-08T09:00", in_reply_to="y", text="Waar?"))
    assert school.measure(NEXT)["counts"] == {"late": 1, "removed": 1}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("core/waited.sql", "turn_no = 1", "turn_no = 1 AND hour(asked_at) < 15"),
        ("staging/30_mention.sql", "'article', 'survey_answer'", "'article', 'post', 'survey_answer'"),
        ("lexicon/lexicon.csv", "nl,uitstekend,1", "nl,tentamen,1"),
    ],
)
def test_shared_rules_are_the_definition_of_every_metric(
    school: School, own_sql: Path, name: str, old: str, new: str
) -> None:
    path = own_sql / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    told = school.measure(NEXT)
    assert {tuple(one["reasons"]) for one in told["rows"]} == {("definition",)}
    assert told["counts"] == {}


def test_settings_that_decide_figures_are_a_definition_and_names_are_not(school: School) -> None:
    late(school)
    config = home.CONFIG / "school.toml"
    config.write_text(INSTITUTION.replace('"Test School"', '"Test College"'), encoding="utf-8")
    assert row(school.measure(NEXT), "sla_attainment")["reasons"] == ["late"]
    stricter = INSTITUTION + "\n[respond]\ntarget_hours = 0.2\n"
    config.write_text(stricter + "\n[[earlier_promise]]\nuntil = 2026-09-20\n", encoding="utf-8")
    assert row(school.measure(NEXT), "sla_attainment")["reasons"] == ["late"]  # last week was promised otherwise
    config.write_text(stricter, encoding="utf-8")
    assert row(school.measure(NEXT), "sla_attainment")["reasons"] == ["late", "definition"]


def test_opening_hours_of_next_month_change_nothing_about_last_week(school: School) -> None:
    late(school)
    (home.CONFIG / "school.toml").write_text(
        INSTITUTION + '\n[[hours]]\ndays = ["sat"]\nfrom = "10:00"\nuntil = "12:00"\nvalid_from = 2026-10-01\n',
        encoding="utf-8",
    )
    assert row(school.measure(NEXT), "sla_attainment")["reasons"] == ["late"]


def test_another_wording_or_comment_is_no_other_definition(school: School, own_sql: Path) -> None:
    late(school)
    for path in own_sql.glob("*/*.sql"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("title.en    = ", "title.en = ") + "\n-- a remark, with 'quotes' and “ones”\n", "utf-8"
        )
    assert row(school.measure(NEXT), "sla_attainment")["reasons"] == ["late"]


def test_a_rerun_gives_the_same_bytes_and_the_first_word_stays(school: School) -> None:
    record = school.record().read_bytes()
    late(school)
    school.measure(NEXT)
    before = everything()
    school.measure(W)  # the week itself again: its document is new, its first word is not
    school.measure(NEXT)
    after = everything()
    assert school.record().read_bytes() == record
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed
    assert all(f"/week={W}/" in name and name.startswith(("document", "measured_")) for name in changed)


def everything() -> dict[str, str]:
    return {
        str(path.relative_to(home.lake())): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.lake().rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("order", [(W, NEXT), (NEXT, W)])
def test_a_backfill_in_any_order_shows_nothing(tmp_path: Path, monkeypatch: Any, order: tuple[str, str]) -> None:
    school = School(tmp_path, settle(monkeypatch, tmp_path))
    school.land(*told_at_first())
    late(school)
    for week in (*order, NEXT):
        told = school.measure(week)
        assert told["rows"] == []


def test_a_what_if_leaves_no_record(tmp_path: Path, monkeypatch: Any) -> None:
    school = School(tmp_path, settle(monkeypatch, tmp_path))
    school.land(*told_at_first())
    school.measure(W, Week.parse(W, settings.load("school").zone).end)
    assert not school.record().exists()


def test_a_what_if_before_the_cut_off_compares_nothing(school: School) -> None:
    late(school)
    assert school.measure(NEXT, Week.parse(NEXT, settings.load("school").zone).start)["rows"] == []


def test_a_damaged_record_counts_as_none_is_named_and_never_replaced(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    late(school)
    whole = school.record().read_bytes()
    half = whole[: len(whole) // 2]
    for damaged in (b"", b"{}", without_figures(whole), half):
        school.record().write_bytes(damaged)
        caplog.clear()
        assert first.read("school", W) is None
        assert f"week={W}/part-0.parquet is damaged" in caplog.text
    assert school.measure(NEXT)["rows"] == []
    school.measure(W)
    assert school.record().read_bytes() == half  # what it says now is not what it said first


def without_figures(record: bytes) -> bytes:
    table, buffer = pq.read_table(pa.BufferReader(record)), pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({first.META: b"{}"}), buffer)
    return bytes(buffer.getvalue().to_pybytes())


def test_of_two_at_once_the_first_one_stays(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record appears between the look for one and the writing of one."""
    record = school.record()
    whole = record.read_bytes()
    record.unlink()
    known = first.known

    def slow(*given: Any) -> first.Known:
        made = known(*given)
        record.write_bytes(whole)
        return made

    monkeypatch.setattr(first, "known", slow)
    late(school)
    steps.stage(school.slug, W)
    cutoff = Week.parse(W, settings.load(school.slug).zone).cutoff.isoformat()
    measuring.measured(
        {"slug": school.slug, "week": W, "as_of": cutoff, "stuck": {}}
    )  # here, where we can slow it down
    assert record.read_bytes() == whole
    assert [path.name for path in record.parent.iterdir()] == [record.name]


def test_the_record_holds_no_words_and_no_ids(school: School) -> None:
    mentions = lake.read("mentions", "school", W)
    assert mentions is not None
    data = school.record().read_bytes()
    for kept in (*mentions["item_id"].to_pylist(), *mentions["author_key"].to_pylist(), "tentamen"):
        assert str(kept).encode() not in data
    table = first.read("school", W)
    assert table is not None
    assert {str(field.type) for field in table.items.schema} == {"uint64", "uint16", "bool"}
