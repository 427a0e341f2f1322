"""Every figure on the page comes from a metric: what is printed says from which, and nothing else is printed."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tasks import home
from tasks.measure import contract
from tasks.render.pdf import render_pdf
from tasks.render.stamp import Stamp
from tasks.render.talk import Talk
from tasks.render.voice import Voice
from tests.render import sample

Pdf = Callable[[str, str], Path]
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*%?")
WEEKS = pytest.mark.parametrize("week", ["normal", "quiet", "empty", "rowless", "department", "department_quiet"])
LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])


@WEEKS
@LANGUAGES
def test_every_number_in_the_text_is_one_that_was_traced(pdf: Pdf, week: str, language: str) -> None:
    path = pdf(week, language)
    assert [one["text"] for one in attached(path)["figures"] if "" in one["from"]] == []
    assert foreign(path, language) == set()
    assert len(set(numbers(text(path)))) > 5


def test_a_number_that_no_metric_gave_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def invented(voice: Voice) -> Talk:
        return Talk("4711 dingen", f"Zo'n {voice.formats.pct(61)} daarvan.")

    monkeypatch.setattr("tasks.render.talk.talk", invented)
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(sample.normal(), sample.institution(), "nl", stamp=Stamp(1, "0123456789ab")))
    assert foreign(path, "nl") == {"4711"}
    assert [one["text"] for one in attached(path)["figures"] if "" in one["from"]] == ["61%"]


def test_a_figure_says_which_row_it_was(pdf: Pdf) -> None:
    figures = {one["text"]: one["from"] for one in attached(pdf("normal", "nl"))["figures"]}
    assert "sla_attainment.on_time_pct 2026-W47 all all" in figures["80%"]
    assert "net_sentiment.contribution_score 2026-W47 topic exams" in figures["\u221215,0"]


def foreign(path: Path, language: str) -> set[str]:
    """Numbers in the text that are neither traced figures nor part of our own sentences."""
    traced = " ".join(one["text"] for one in attached(path)["figures"])
    return set(numbers(text(path))) - set(numbers(traced)) - set(numbers(wording(language)))


def attached(path: Path) -> dict[str, Any]:
    """The JSON inside a report."""
    with pikepdf.open(path) as opened:
        (name,) = [name for name in opened.attachments if name.endswith(".json")]
        found: dict[str, Any] = json.loads(opened.attachments[name].get_file().read_bytes())
        return found


def text(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def numbers(told: str) -> Iterator[str]:
    yield from NUMBER.findall(told)


def wording(language: str) -> str:
    """Numbers that belong to our own sentences, scales and page furniture, and stand for no figure of the week."""
    sentences = (home.TEMPLATES / "text" / f"{language}.toml").read_text()
    contracts = (contract.load(name).contract for name in sample.CONTRACTS)
    words = " ".join(str(one.model_dump()) for one in contracts)
    weeks = " ".join(str(int(week[6:])) for week in sample.WEEKS)
    hours = " ".join(f"{hour:02d}" for hour in range(25))
    scores = "0 25 50 75 100"
    furniture = f"{sample.WEEK} 2026 1 2 3 4 5 6 06:00 0123456789"
    return " ".join([str(tomllib.loads(sentences)), words, weeks, hours, scores, furniture])
