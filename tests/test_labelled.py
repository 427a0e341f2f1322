"""Labelled files: what people's spreadsheets look like, and what is said when they cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.sentiment import labelled


def written(folder: Path, text: str) -> Path:
    path = folder / "set.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("sign", [",", ";", "|", "\t"])
def test_the_separator_is_the_one_that_shows_both_columns(tmp_path: Path, sign: str) -> None:
    path = written(tmp_path, f"\ufefflabel{sign}text\nneg{sign}traag\nPositief{sign}fijn\n0{sign}les\n")
    found = labelled.read(path)
    assert (found.texts, found.labels.tolist()) == (["traag", "fijn", "les"], [0, 2, 1])
    assert not found.two_class


@pytest.mark.parametrize(
    ("spelling", "label"), [("-1", 0), ("NEG", 0), ("negatief", 0), (" neutraal ", 1), ("0", 1), ("1", 2), ("pos", 2)]
)
def test_common_spellings_of_a_label(tmp_path: Path, spelling: str, label: int) -> None:
    assert labelled.read(written(tmp_path, f"text,label\nx,{spelling}\n")).labels.tolist() == [label]


def test_another_label_is_refused_with_its_line_even_below_a_text_of_two_lines(tmp_path: Path) -> None:
    path = written(tmp_path, 'text,label\n"two\nlines",neg\nmeh,mixed\n')
    with pytest.raises(UsageError, match=r"set\.csv, line 4: the label “mixed” is not one of negative"):
        labelled.read(path)


def test_a_missing_column_is_named_beside_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 1: no column “text”; the columns are review, label"):
        labelled.read(written(tmp_path, "review;label\nx;neg\n"))
    assert labelled.read(written(tmp_path, "review;label\nx;neg\n"), text="review").texts == ["x"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv cannot be read"):
        labelled.read(tmp_path / "nowhere.csv")
    with pytest.raises(UsageError, match="no rows below its header"):
        labelled.read(written(tmp_path, "text,label\n"))
    (tmp_path / "set.csv").write_bytes(b"text,label\ncaf\xe9,neg\n")
    with pytest.raises(UsageError, match="is not UTF-8"):
        labelled.read(tmp_path / "set.csv")


def test_a_sample_is_the_same_every_time_and_keeps_pairs_together(tmp_path: Path) -> None:
    rows = "".join(f"t{number},{number % 3 - 1}\n" for number in range(50))
    whole = labelled.read(written(tmp_path, f"text,label\n{rows}"))
    some = whole.sample(10)
    assert some.texts == whole.sample(10).texts
    assert len(some.texts) == 10
    assert [int(text[1:]) % 3 for text in some.texts] == some.labels.tolist()
    assert whole.sample(500) is whole
