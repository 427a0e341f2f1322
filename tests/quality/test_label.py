"""From a staged week to labels and back: the sample, the terminal, the spreadsheet, and what is said in the end."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tasks import cli, home, settings, steps
from tasks.errors import UsageError
from tasks.extract import files
from tasks.measure import document
from tasks.period import Week
from tasks.quality import labels, material, sample, session, sheet, summary
from tasks.quality.sample import Drawn
from tests.world import item, jsonl, settle

W = "2026-W37"
FETCHED = datetime(2026, 11, 23, tzinfo=UTC)
#: What reads as negative, positive and neutral to whatever the machine is: a rating decides.
RATED = {"kind": "review", "rating_min": 1, "rating_max": 5}
HOSTILE = ["=HYPERLINK(1)", "+31 is geen formule", "-slecht", "@anna dit is niets", "\t=1+1", "\x1b[2Jweg", 'a;b\n"c"']
MANY = (30, 60, 30)
TOPICS = ("exams", "phone")


class School:
    """A small institution with one week of reviews, their ratings known."""

    def __init__(self, folder: Path, slug: str) -> None:
        self.folder, self.slug, self.pages = folder, slug, 0

    def land(self, *rows: Any) -> None:
        self.pages += 1
        path = jsonl(self.folder / f"page{self.pages}.jsonl", *rows)
        files.receive(settings.load(self.slug), path, fetched_at=FETCHED)
        steps.stage(self.slug, W)

    @property
    def institution(self) -> settings.Institution:
        return settings.load(self.slug)

    @property
    def week(self) -> Week:
        return Week.parse(W, self.institution.zone)

    def draw(self) -> list[Drawn]:
        return sample.draw(self.institution, self.week)

    def summary(self) -> dict[str, Any]:
        return summary.of(self.institution, self.week)

    def label(self, *lines: str, by: str = "first") -> str:
        """Type these lines; what was shown."""
        typed: Iterator[str] = iter(f"{line}\n" for line in lines)
        shown: list[str] = []
        session.ask(self.slug, W, by, self.draw(), TOPICS, lambda: next(typed, ""), shown.append)
        return "\n".join(shown)


def reviews() -> list[dict[str, Any]]:
    rows = [
        review(f"{rating}_{n}", rating, n, f"Bericht {rating} nummer {n}")
        for rating, many in zip((1, 3, 5), MANY, strict=True)
        for n in range(many)
    ]
    mean = [review(f"h{n}", 3, n, text) for n, text in enumerate(HOSTILE)]
    other = [
        item("own", "2026-09-08T10:00", author_kind="own"),
        item("again", "2026-09-08T10:00", kind="repost"),
        item("gone", "2026-09-08T10:00", text=None, author=None, deleted=True),
        item("before", "2026-09-01T10:00"),
    ]
    return [*rows, *mean, *other]


def review(name: str, rating: int, n: int, text: str, **more: Any) -> dict[str, Any]:
    return item(name, f"2026-09-{7 + n % 6:02d}T10:{n % 60:02d}", text=text, rating=rating, **RATED) | more


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    with pytest.MonkeyPatch.context() as patch:
        slug = settle(patch, folder)
        key = home.key_file(slug)
        key.parent.mkdir(parents=True)
        key.write_bytes(b"one key for all, so that every run draws the same")
        School(folder, slug).land(*reviews())
    return folder


@pytest.fixture
def school(staged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    shutil.copytree(staged, tmp_path, dirs_exist_ok=True)
    made = School(tmp_path, settle(monkeypatch, tmp_path))
    made.pages = 1
    return made


def ids(drawn: list[Drawn]) -> set[str]:
    return {one.item_id for one in drawn}


def key_of(drawn: Drawn) -> str:
    """What an honest reader who sees the rating in the words would type."""
    return {"1": "n", "5": "p"}.get(drawn.words[8:9] if drawn.words.startswith("Bericht") else "3", "e")


def test_the_sample_is_stratified_repeatable_and_holds_only_what_can_be_read(school: School) -> None:
    drawn = school.draw()
    assert drawn == school.draw()
    assert len(ids(drawn)) == len(drawn) == sample.SIZE
    by = {name: [one for one in drawn if one.stratum == name] for name in ("negative", "neutral", "positive")}
    assert {name: {one.stratum_size for one in found} for name, found in by.items()} == {
        "negative": {30},
        "neutral": {60 + len(HOSTILE)},
        "positive": {30},
    }
    assert min(len(found) for found in by.values()) >= sample.LEAST
    assert len(by["neutral"]) > len(by["negative"])
    other = School(school.folder, school.slug)
    assert not ids(sample.draw(other.institution, other.week.shift(1)))


def test_the_order_of_reading_does_not_give_the_machine_away(school: School) -> None:
    strata = [one.stratum for one in school.draw()]
    changes = sum(a != b for a, b in pairwise(strata))
    assert changes > 20  # sorted by class it would be 2


def test_a_late_item_moves_two_places_at_most(school: School) -> None:
    before = ids(school.draw())
    for n in range(3):
        school.land(review(f"late{n}", (1, 3, 5)[n], n, "Later binnen"))
        after = ids(school.draw())
        assert len(after - before) <= 2
        before = after


def test_labelling_stops_half_way_and_goes_on(school: School) -> None:
    drawn = school.draw()
    shown = school.label("n exams", "p", "nonsense", "b", "e", "s", "u")
    assert "“nonsense” is no answer" in shown
    assert "(your answer was: positive)" in shown
    assert "3 of 50 answered; 47 left" in shown
    kept = {one.item_id: (one.label, one.topic) for one in labels.read(school.slug, W)}
    expected = [("negative", "exams"), ("neutral", None), ("unclear", None)]
    assert kept == dict(zip((drawn[0].item_id, drawn[1].item_id, drawn[3].item_id), expected, strict=True))
    shown = school.label("n", "q")
    assert "— 3 of 50" in shown  # the skipped one comes first
    assert "— 1 of 50" not in shown
    assert len(labels.read(school.slug, W)) == 4


def test_every_answer_is_on_disk_before_the_next_text(school: School) -> None:
    seen: list[int] = []

    def hear() -> str:
        seen.append(len(labels.read(school.slug, W)))
        if len(seen) == 4:
            raise KeyboardInterrupt
        return "n\n"

    with pytest.raises(KeyboardInterrupt):
        session.ask(school.slug, W, "first", school.draw(), TOPICS, hear, lambda _: None)
    assert seen == [0, 1, 2, 3]


def test_nothing_of_author_or_machine_is_shown_and_nothing_acts_on_the_terminal(school: School) -> None:
    shown = school.label(*["s"] * 60)
    assert not [c for c in shown if c != "\n" and not c.isprintable()]
    body = shown.partition("what is meant.")[2]
    assert not [
        name
        for name in ("negative", "neutral", "positive", "a_1_", *(d.item_id for d in school.draw()))
        if name in body
    ]


def test_an_answer_about_words_that_were_edited_or_deleted_no_longer_counts(school: School) -> None:
    school.label(*map(key_of, school.draw()))
    assert school.summary()["labelled"] == 50
    first, second = [one for one in school.draw() if one.stratum == "negative"][:2]
    number = [int(one.words.split()[-1]) for one in (first, second)]
    school.land(
        review(f"1_{number[0]}", 1, number[0], "Toch anders", edited_at="2026-09-14T10:00:00Z"),
        review(f"1_{number[1]}", 1, number[1], "", deleted=True) | {"text": None, "author": None},
    )
    row = school.summary()
    assert (row["labelled"], row["outdated"]) == (48, 2)
    assert first.item_id in ids(school.draw())
    shown = school.label("q")
    assert "Toch anders" in shown  # and is asked again


def test_a_restage_keeps_every_answer(school: School) -> None:
    school.label(*map(key_of, school.draw()))
    before = school.summary()
    shutil.rmtree(home.lake())
    steps.stage(school.slug, W)
    assert school.summary() == before


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "cp1252")])
def test_the_spreadsheet_round_trip(school: School, delimiter: str, encoding: str) -> None:
    path, drawn = school.folder / "week.csv", school.draw()
    sheet.write(path, drawn, [])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, *rows = rows_of(path)
    assert head == ["item", "text", "label", "topic"]
    words = {"n": "Negatief", "e": " neutral ", "p": "P"}
    filled = [[row[0], row[1], words[key_of(one)], "exams"] for row, one in zip(rows, drawn, strict=True)]
    with path.open("w", encoding=encoding, newline="", errors="replace") as out:
        csv.writer(out, delimiter=delimiter).writerows([head, *filled, ["", "", "", ""]])
    taken = sheet.take(school.slug, W, "anna", path, drawn, TOPICS)
    assert (taken.kept, taken.blank, taken.wrong) == (50, 0, [])
    assert {one.labeller for one in labels.read(school.slug, W)} == {"anna"}
    assert school.summary()["classes"]["negative"]["precision"]["value"] == 100
    sheet.write(path, drawn, labels.read(school.slug, W, "anna"))
    assert [row[2] for row in rows_of(path)[1:]] == [session.KEYS[key_of(one)] for one in drawn]


def test_no_cell_is_a_formula(school: School) -> None:
    texts = [*HOSTILE, "\r=1", "＝1+1", "hoi,=HYPERLINK(1)", 'hoi";"=1', "a\t-2+cmd", "x, @SUM(1)", "ha |+1"]
    drawn = [Drawn(f"{n:024x}", "nl", False, text, "k" * 24, "neutral", 9) for n, text in enumerate(texts)]
    sheet.write(school.folder / "x.csv", drawn, [])
    rows = rows_of(school.folder / "x.csv")
    assert len(rows) == len(texts) + 1
    for row in rows:
        assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
        assert not row[0][0].isdigit()
    raw = (school.folder / "x.csv").read_text(encoding="utf-8-sig")
    for other in ",\t|":  # a spreadsheet may take another sign for ours
        cells = [cell for line in csv.reader(io.StringIO(raw), delimiter=other) for cell in line]
        parted = [part for cell in cells for part in cell.replace('"', "").split(";")]
        assert not [part for part in (*cells, *parted) if part.strip()[:1] in tuple("=+-@＝＋－＠") and part.strip()]


def test_wrong_cells_are_named_and_the_rest_goes_in(school: School) -> None:
    path, drawn = school.folder / "week.csv", school.draw()
    sheet.write(path, drawn, [])
    head, *rows = rows_of(path)
    rows[0][2], rows[1][2], rows[2][2], rows[3][2] = "n", "boos", "p", "p"
    rows[2][0] = "i0000.1111"
    rows[3][3] = "Twee Woorden!"
    rows[4] = [rows[4][0].partition(".")[0] + ".ffffffff", "", "e", ""]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, delimiter=";").writerows([head, *rows])
    taken = sheet.take(school.slug, W, "first", path, drawn, TOPICS)
    assert (taken.kept, taken.blank, len(taken.wrong)) == (1, 45, 4)
    for line, words in zip(
        (3, 4, 5, 6), ("“boos” is no label", "not in the sample", "is no topic", "edited after"), strict=True
    ):
        (found,) = [one for one in taken.wrong if f"week.csv, line {line}:" in one]
        assert words in found


def test_two_labels_for_one_item_are_told_and_not_chosen_between(school: School) -> None:
    path, drawn = school.folder / "week.csv", school.draw()
    name = f"i{drawn[0].item_id}.{drawn[0].text_key[:8]}"
    path.write_text(f"item;label\n{name};neg\n{name};-1\n{name};pos\n", encoding="utf-8")
    taken = sheet.take(school.slug, W, "first", path, drawn, TOPICS)
    assert (taken.kept, len(taken.wrong)) == (1, 1)
    assert "line 4: this item stands above with another label" in taken.wrong[0]
    assert [one.label for one in labels.read(school.slug, W)] == ["negative"]


def test_a_filled_in_file_is_not_written_over(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    path = school.folder / "week.csv"
    export, take = (["label", school.slug, W, what, str(path)] for what in ("--export", "--import"))
    assert cli.main(export) == cli.main(export) == 0
    head, *rows = rows_of(path)
    rows[0][2] = "neu"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, delimiter=";").writerows([head, *rows])
    assert cli.main(export) == 2
    assert "has 1 labels that are not handed in" in capsys.readouterr().err
    assert rows_of(path)[1][2] == "neu"
    assert cli.main(take) == cli.main(export) == 0
    assert rows_of(path)[1][2] == "neutral"
    path.write_text("mine", encoding="utf-8")
    assert cli.main(export) == 2
    assert path.read_text(encoding="utf-8") == "mine"
    assert cli.main(["label", school.slug, W, "--train", str(school.folder)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_topic_that_the_taxonomy_does_not_have_is_asked_again(school: School) -> None:
    shown = school.label("n exam", "n exams", "n ../x", "q")
    assert "“exam” is no topic. Did you mean exams?" in shown
    assert "“../x” is no topic. The taxonomy" in shown
    assert [one.topic for one in labels.read(school.slug, W)] == ["exams"]


def test_a_label_file_that_somebody_wrote_in_does_not_count(school: School) -> None:
    school.label(*map(key_of, school.draw()))
    for path, (key, value) in zip(
        sorted(home.labels(school.slug).rglob("*.json")),
        (("label", "boos"), ("stratum", None), ("stratum_size", "30"), ("extra", 1)),
        strict=False,
    ):
        path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}), encoding="utf-8")
    assert school.summary()["labelled"] == 46


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"naam;cijfer\r\n1;2\r\n", "there is no column item"),
        (b"", "there is no column item"),
        ("item;label".encode("utf-16"), "no CSV in UTF-8"),
        (b"PK\x03\x04", "no CSV in UTF-8"),
        (b'item;label\r\ni1.2;n\r\ni3.4;"open\r\ni5.6;n\r\n', r"week.csv, line 3: this is no CSV .* Nothing was kept"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(school: School, data: bytes, words: str) -> None:
    path = school.folder / "week.csv"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        sheet.take(school.slug, W, "first", path, school.draw(), TOPICS)
    with pytest.raises(UsageError, match=r"gone.csv: cannot be read"):
        sheet.take(school.slug, W, "first", school.folder / "gone.csv", school.draw(), TOPICS)


def test_private_messages_leave_in_a_file_only_when_told(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    school.land(*(review(f"p{n}", 1, n, f"Besloten {n}", visibility="private") for n in range(40)))
    path = school.folder / "out.csv"
    asked = [one for one in school.draw() if one.private]
    assert asked
    for more, there in (([], False), (["--with-private"], True)):
        assert cli.main(["label", school.slug, W, "--export", str(path), *more]) == 0
        assert ("Besloten" in path.read_text(encoding="utf-8")) is there
    assert f"{len(asked)} private ones are not in the file" in capsys.readouterr().out
    school.label(*map(key_of, school.draw()))
    public, both = material.texts(school.institution)[0], material.texts(school.institution, private=True)[0]
    assert len(both) - len(public) == len(asked)


def test_too_few_labels_give_no_figure(school: School) -> None:
    assert school.summary() == {"week": W, "status": "none"}
    drawn = school.draw()
    school.label(*map(key_of, drawn[:29]))
    row = school.summary()
    assert (row["status"], row["labelled"], "net" in row) == ("too_few", 29, False)
    school.label(*["u"] * 21)
    assert (school.summary()["status"], school.summary()["unclear"]) == ("too_few", 21)


def test_what_the_labels_say_reaches_the_document_and_the_same_twice(school: School) -> None:
    school.label(*map(key_of, school.draw()))
    cutoff = school.week.cutoff
    made = document.build(school.institution, school.week, cutoff)
    row = made["quality"]
    assert (row["status"], row["labelled"], row["labellers"]) == ("measured", 50, 1)
    assert row["net"]["machine"] == row["net"]["value"] == 0
    assert row["net"]["low"] < 0 < row["net"]["high"]
    (net,) = [one for one in made["metrics"]["net_sentiment"]["rows"] if (one["week"], one["dimension"]) == (W, "all")]
    assert net["net_score"] == row["net"]["machine"]
    assert sum(map(sum, (one.values() for one in row["confusion"].values()))) == 50
    assert row["agreement"]["machine"]["value"] == 1
    assert json.dumps(row) == json.dumps(document.build(school.institution, school.week, cutoff)["quality"])


def test_labels_of_an_earlier_engine_stand_for_what_they_were_drawn_for(school: School) -> None:
    """Another machine calls the same items otherwise: the labels still count, each for as many as it was drawn for."""
    school.label(*map(key_of, school.draw()))
    old = {one.item_id: one for one in school.draw()}
    ratings = [
        review(f"3_{n}", 1, n, f"Bericht 3 nummer {n}", edited_at="2026-09-13T10:00:00Z") for n in range(0, MANY[1], 2)
    ]
    school.land(*ratings)  # the same words, now with the worst rating
    row = school.summary()
    moved = sum(one.words in {r["text"] for r in ratings} for one in old.values())
    assert (row["labelled"], row["outdated"], row["confusion"]["negative"]["neutral"]) == (50, 0, moved)
    drawn = {name: [d for d in old.values() if d.stratum == name] for name in ("negative", "neutral")}
    weight = {name: found[0].stratum_size / len(found) for name, found in drawn.items()}
    right, wrong = weight["negative"] * len(drawn["negative"]), weight["neutral"] * moved
    precision = row["classes"]["negative"]["precision"]["value"]
    assert precision == pytest.approx(100 * right / (right + wrong), abs=1e-3)


def test_a_judgement_that_drifts_is_told_beside_the_weeks_before(school: School) -> None:
    institution, later = school.institution, school.week.shift(1)
    school.land(
        *(
            review(f"n{r}_{n}", r, 0, f"Bericht {r} nummer {n}")
            | {"created_at": f"2026-09-{14 + n % 6}T10:{n:02d}:00Z"}
            for r in (1, 3, 5)
            for n in range(40)
        )
    )
    steps.stage(school.slug, str(later))
    school.label(*map(key_of, school.draw()))

    def second_week(keys: Callable[[Drawn], str]) -> dict[str, Any]:
        drawn = sample.draw(institution, later)
        for one in drawn:
            labels.save(school.slug, str(later), labels.Label.of(one, "first", session.KEYS[keys(one)]))
        figures: dict[str, Any] = summary.of(institution, later)["drift"]["figures"]
        return {name: one["moved"] for name, one in figures.items()}

    assert second_week(key_of) == {"precision_negative": False, "recall_negative": False, "net_error": False}
    assert second_week(lambda one: "e")["precision_negative"] is True


def test_two_people_and_what_may_be_learnt_from(school: School) -> None:
    keys = list(map(key_of, school.draw()))
    school.label(*keys, by="anna")
    assert school.summary()["agreement"]["people"] is None
    flipped = ["u" if n < 5 else "n" if n < 10 else key for n, key in enumerate(keys)]
    school.label(*flipped, by="ben")
    row = school.summary()
    assert row["labellers"] == 2
    assert row["labelled"] == 50  # where one says unclear, the other's answer counts
    assert row["agreement"]["people"]["n"] == 50
    assert row["agreement"]["people"]["value"] < 1
    texts, said = material.texts(school.institution)
    alike = [(d.words, k) for d, k, f in zip(school.draw(), keys, flipped, strict=True) if k == f]
    assert len(texts) == len(said) == len(alike)
    path = school.folder / "ours.csv"
    assert material.write(school.institution, path) == len(texts)
    head, *rows = rows_of(path)
    assert head == ["text", "label"]
    assert {label for _, label in rows} <= {"negative", "neutral", "positive"}
    assert not [text for text, _ in rows if text[:1] in ("=", "+", "-", "@")]


def test_a_damaged_answer_is_named_and_asked_again(school: School, caplog: pytest.LogCaptureFixture) -> None:
    school.label("n", "p")
    path = next(home.labels(school.slug).glob("*/*/*.json"))
    path.write_text('{"half": ', encoding="utf-8")
    assert school.summary()["labelled"] == 1
    assert f"{path.name} is damaged" in caplog.text
    school.label("n", "q")
    assert school.summary()["labelled"] == 2


def test_names_cannot_leave_the_folder(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["label", school.slug, W, "--by", "../../anna"]) == 2
    assert cli.main(["label", school.slug]) == 2
    assert "which week?" in capsys.readouterr().err


def test_the_command_reads_a_pipe_and_tells_what_follows(
    school: School, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{key_of(one)}\n" for one in school.draw())))
    assert cli.main(["label", school.slug, W]) == 0
    out = capsys.readouterr().out
    assert "50 of 50 answered: done." in out
    assert "Net score: the machine says +0, corrected +0 (" in out
