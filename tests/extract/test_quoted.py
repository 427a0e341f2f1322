"""What is left of a mail when what it quotes is gone, in Dutch and English; and how long hostile text takes."""

from __future__ import annotations

import time

import pytest

from tasks.extract.quoted import new_words
from tests import recorded

NEW = "Dat is fijn.\n\nDank u wel"


@pytest.mark.parametrize(
    "below",
    [
        "Op ma 7 sep 2026 om 10:15 schreef School <info@school.example>:\n> Het is op dinsdag.",
        "Op maandag 7 september 2026 10:15\nschreef School <info@school.example>:\n> Het is op dinsdag.\n> Groet",
        "On Mon, 7 Sep 2026 at 10:15, School <info@school.example> wrote:\n> It is on Tuesday.",
        "On Mon, 7 Sep 2026 at 10:15, School\n<info@school.example>\nwrote:\n\n> It is on Tuesday.",
        "-----Oorspronkelijk bericht-----\nVan: School\nHet is op dinsdag.",
        "-----Original Message-----\nFrom: School\nIt is on Tuesday.",
        "Van: School <info@school.example>\nVerzonden: maandag 10:15\nAan: Sanne\nOnderwerp: Vraag\n\nOp dinsdag.",
        "*Van:* School\n*Verzonden:* maandag\n*Aan:* Sanne\n\nOp dinsdag.",
        "________________________________\nVan: School\nVerzonden: maandag\nOp dinsdag.",
        "Begin doorgestuurd bericht:\n\nVan: School\nOp dinsdag.",
        "--\nSanne de Vries\n06-12345678",
        "Verstuurd vanaf mijn iPhone",
        "Sent from my iPhone\n\nOn Mon, 7 Sep 2026 at 10:15, School wrote:\n> It is on Tuesday.",
    ],
)
def test_the_new_words_alone(below: str) -> None:
    assert new_words(f"{NEW}\n\n{below}\n") == NEW


def test_answers_between_quoted_lines_stay() -> None:
    text = "Op ma 7 sep 2026 schreef School:\n> Wanneer past het?\nDinsdag.\n> En waar?\nIn Utrecht."
    assert new_words(text) == "Dinsdag.\nIn Utrecht."


@pytest.mark.parametrize(
    "text",
    [
        "Van: het station tot de school is het ver.",
        "Op maandag schreef ik u al: niemand neemt op.",
        "From: what I know, it is closed.\nSorry.",
        "On Monday I wrote to you:\nnobody answers.",
        "Ik wil -- als het kan -- een antwoord.",
    ],
)
def test_sentences_that_only_look_like_it_stay_whole(text: str) -> None:
    assert new_words(text) == text


def test_a_short_answer_that_begins_as_such_a_line_does() -> None:
    assert new_words("Op dinsdag.\n\nOp di 8 sep 2026 om 10:00 schreef Sanne:\n> Wanneer?") == "Op dinsdag."


def test_all_quoted_is_nothing() -> None:
    assert new_words("> Alles\n> hiervan") == ""


def test_recorded_replies_lose_their_quotes() -> None:
    left = {
        path.name: new_words(path.read_text(encoding="utf-8", errors="replace"))
        for path in recorded.files("mail/replies", "*.txt")
    }
    assert left["email_nl_1_2.txt"].startswith("Outlook met een antwoord")
    assert "schreef" not in left["email_nl_1_2.txt"]
    for name in ("email_1_3.txt", "email_1_5.txt", "multiline_on.txt"):
        assert "wrote:" not in left[name], name


def _seconds(unit: str, times: int) -> float:
    began = time.process_time()
    new_words(unit * times)
    return time.process_time() - began


@pytest.mark.parametrize(
    "unit", ["On ", "Op ", "> ", "Van: ", "\n", "Op ma 7 sep\n", "-", "_", "From: x\n", "Op 1 schreef "]
)
def test_ten_times_the_text_takes_not_much_more_than_ten_times_as_long(unit: str) -> None:
    few = max(_seconds(unit, 2000), 0.002)
    assert _seconds(unit, 20000) < 40 * few
