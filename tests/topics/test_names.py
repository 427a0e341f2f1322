"""Strangers on the same name: two hundred real posts that were labelled by hand, kept by file and row number only.

The labels were given before the rules were first tried on these posts; the words in ntu.toml and nus.toml come from
other rows of the same files.
"""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from tasks import settings
from tasks.topics.names import Names, check_ignored
from tasks.topics.own import Ignore, OwnNames
from tests import recorded

DATA = recorded.DATA / "universities"
HERE = Path(__file__).parent
needs_posts = pytest.mark.skipif(not DATA.exists(), reason=f"needs the recorded posts: {DATA} (WEERKLANK_TEST_DATA)")
OWN = OwnNames(
    full=("hogeschool overbrugge",),
    short=("HOB",),
    accounts=("@overbrugge",),
    context=("student*", "campus"),
    strangers=("keukens", "heavy ion"),
)


def confidence(text: str, author: str | None = None, ignore: tuple[Ignore, ...] = ()) -> float:
    names = Names.of(OWN, ignore)
    assert names is not None
    return names.judge(text, author).confidence


def university(name: str) -> Names:
    table = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    institution = settings.Institution(slug=name, **table)
    names = Names.of(institution.names, institution.ignore)
    assert names is not None
    return names


def rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@needs_posts
def test_nine_in_ten_posts_are_told_from_strangers_both_ways() -> None:
    with (HERE / "relevance.csv").open(encoding="utf-8", newline="") as text:
        labelled = list(csv.DictReader(text))
    assert len({(row["file"], row["row"]) for row in labelled}) == 200
    names = {file: university(file[:3]) for file in ("ntu0.csv", "nus0.csv")}
    posts = {file: rows(file) for file in names}
    truth = found = both = 0
    for row in labelled:
        post = posts[row["file"]][int(row["row"]) - 1]
        relevant = names[row["file"]].judge(post["tweet"], post["user"]).relevant
        truth, found = truth + (row["relevant"] == "1"), found + relevant
        both += relevant and row["relevant"] == "1"
    assert (both / found >= 0.9, both / truth >= 0.9) == (True, True), f"{both} of {found} found, of {truth} there are"


def test_the_labels_hold_no_word_of_anybody() -> None:
    for line in (HERE / "relevance.csv").read_text(encoding="utf-8").splitlines()[1:]:
        file, row, relevant = line.split(",")
        assert file in {"ntu0.csv", "nus0.csv"} and row.isdigit() and relevant in {"0", "1"}


@pytest.mark.parametrize(
    ("text", "author", "ours"),
    [
        ("Ik studeer aan Hogeschool Overbrugge", None, True),
        ("@Overbrugge waar blijft mijn cijfer?", None, True),
        ("Student aan de HOB sinds vandaag", None, True),
        ("#HOB campus is mooi", None, True),
        ("HOB", None, False),  # capitals alone may be anybody's
        ("hob", None, False),
        ("Nieuwe HOB keukens, nu met korting", None, False),
        ("Student koopt HOB keukens", None, False),
        ("$HOB is up again, students of the market", None, False),
        ("@jan_HOB student, hoe is het?", None, False),  # letters within somebody's handle
        ("https://hob.example/student", None, False),
        ("Kom naar de HOB", "Keukens Direct", False),  # who writes is evidence as well
        ("Niets van dat alles", None, False),
        ("", None, False),
    ],
)
def test_what_speaks_for_and_against_us(text: str, author: str | None, ours: bool) -> None:
    assert (confidence(text, author) >= 0.5) is ours


def test_evidence_is_told_as_it_was_written_down_and_never_as_somebody_wrote_it() -> None:
    names = Names.of(OWN, ())
    assert names is not None
    judged = names.judge("Studentenleven aan de HOB", "student_jan_de_vries")
    assert judged.why == "name; context: student*"
    assert "jan" not in judged.why


def test_an_ignore_entry_must_ignore_its_own_case() -> None:
    good = Ignore(pattern="brug over de overbrugge", case="De brug over de Overbrugge is dicht")
    check_ignored([good])
    assert confidence("De brug over de Overbrugge, Hogeschool Overbrugge", ignore=(good,)) == 0.0
    with pytest.raises(ValueError, match="its own case is not ignored"):
        check_ignored([Ignore(pattern="brug over de rijn", case="De brug over de Overbrugge is dicht")])


def test_without_names_only_what_is_ignored_is_not_ours() -> None:
    assert Names.of(None, ()) is None
    names = Names.of(None, [Ignore(pattern="te koop", case="Fiets te koop")])
    assert names is not None
    assert [names.judge(text).relevant for text in ("Mijn fiets te koop", "Mijn fiets is weg")] == [False, True]
