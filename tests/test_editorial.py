"""The editor's words: read with their mistakes explained, tied to the week before, printed as theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import editorial, home
from tasks.errors import ConfigError
from tasks.render.editor import editor
from tasks.render.facts import Facts
from tasks.render.voice import Voice
from tests.render import sample

WEEK, BEFORE = "2026-W47", "2026-W46"
DECISION = """
[[decision]]
ask.nl = "Doe dit."
ask.en = "Do this."
effect.nl = "Kost vier uur."
effect.en = "Costs four hours."
owner = "it"
deadline = 2026-12-01
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(home, "EDITOR", tmp_path)
    (tmp_path / "voorbeeld").mkdir()
    return tmp_path / "voorbeeld"


def test_without_a_file_there_is_nothing(folder: Path) -> None:
    assert editorial.words(sample.institution(), WEEK) is None


def test_what_was_asked_last_time_is_shown_even_when_nobody_wrote_what_became_of_it(folder: Path) -> None:
    (folder / f"{BEFORE}.toml").write_text(DECISION)
    assert printed("nl") == ("", (), "Gevraagd in week 46", (("Doe dit.", "Nog niets vastgelegd."),))
    (folder / f"{WEEK}.toml").write_text('[[outcome]]\nof = 1\nsaid.nl = "Gedaan."\nsaid.en = "Done."\n')
    assert printed("en")[3] == (("Do this.", "Done."),)


def test_a_note_and_a_decision_in_the_readers_language(folder: Path) -> None:
    (folder / f"{WEEK}.toml").write_text('[note]\nnl = "Rustig <b>."\nen = "Quiet."\n' + DECISION)
    note, decisions, *_ = printed("en")
    assert note == "Quiet."
    assert decisions == (("Do this.", "Costs four hours. IT Service Desk, by Tue\u00a01\u00a0Dec."),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[note]\nnl = 1 2", "2026-W47.toml, line 2, column 8: this is no TOML"),
        ("[note]\nnl = 'x'\nen = 'y'\nfr = 'z'", "2026-W47.toml, line 4: [note] fr is not a known key"),
        ("[note]\nnl = 'Alleen Nederlands.'", "2026-W47.toml: note.en is missing"),
        (DECISION.replace('"it"', '"nobody_here"'), "[[decision]] 1 owner = “nobody_here” is no [[department]]"),
        (DECISION * 4, "2026-W47.toml: decision"),
        ("[[outcome]]\nof = 2\nsaid.nl = 'a'\nsaid.en = 'b'", "[[outcome]] of = 2, but no earlier week asked anything"),
        ("[note]\nnl = 'een\\ntwee'\nen = \"a\\nb\"", "write one paragraph"),
        ("", "holds no [note]"),
    ],
)
def test_mistakes_are_explained(folder: Path, text: str, message: str) -> None:
    (folder / f"{WEEK}.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        editorial.words(sample.institution(), WEEK)
    assert message in str(caught.value)


def printed(language: str) -> tuple[str, tuple[tuple[str, str], ...], str, tuple[tuple[str, str], ...]]:
    of = sample.institution()
    document = sample.normal() | {"editorial": editorial.words(of, WEEK)}
    told = editor(Voice(Facts(document, of), of, language))
    asked, before = (tuple((one.ask, one.small) for one in listed) for listed in (told.decisions, told.before))
    return told.note, asked, told.before_title, before
