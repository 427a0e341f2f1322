"""The sample as a file for a spreadsheet, and back: nobody has to label in a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks import durable
from tasks.errors import UsageError
from tasks.quality import labels
from tasks.quality.labels import Answer, Label
from tasks.quality.sample import Drawn

COLUMNS = ("item", "text", "label", "topic")
#: What people write in a cell.
WRITTEN: dict[str, Answer] = {
    **{name: name for name in labels.ANSWERS},
    "n": "negative",
    "e": "neutral",
    "p": "positive",
    "u": "unclear",
    "negatief": "negative",
    "neutraal": "neutral",
    "positief": "positive",
    "onduidelijk": "unclear",
}
#: A cell that begins with one of these is a formula to a spreadsheet.
RUN = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: how many answers were kept, how many rows had none, and what is wrong, line by line."""

    kept: int
    blank: int
    wrong: list[str]


def write(path: Path, drawn: Sequence[Drawn], answers: Sequence[Label]) -> None:
    """The items with the answers that one person gave so far, in the order of reading; no machine's answer."""
    given = {(one.item_id, one.text_key): one for one in answers}
    rows = []
    for item in drawn:
        answer = given.get((item.item_id, item.text_key))
        cells = (answer.label, answer.topic or "") if answer else ("", "")
        rows.append((_name(item), inert(" ".join(item.words.split())), *cells))
    save(path, COLUMNS, rows)


def save(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """UTF-8 with a mark and semicolons, which a Dutch or English spreadsheet opens; for its owner's eyes only."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([columns, *rows])
    durable.write_bytes(path, ("\ufeff" + out.getvalue().replace("\x00", "")).encode(), mode=0o600)


def take(slug: str, week: str, by: str, path: Path, drawn: Sequence[Drawn]) -> Taken:
    """Keep every answer of a file that can be understood. Raises UsageError when the file is none of ours."""
    items = {item.item_id: item for item in drawn}
    kept, blank, wrong = 0, 0, []
    for line, row in _rows(path):
        if not row["label"].strip():
            blank += 1
            continue
        try:
            labels.save(slug, week, _label(row, by, items))
            kept += 1
        except UsageError as error:
            wrong.append(f"{path.name}, line {line}: {error}")
    return Taken(kept, blank, wrong)


def inert(text: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(RUN) else text


def _name(item: Drawn) -> str:
    """An item with a mark of its words. The letter keeps a spreadsheet from taking it for a number."""
    return f"i{item.item_id}.{item.text_key[:8]}"


def _label(row: dict[str, str], by: str, items: dict[str, Drawn]) -> Label:
    name, _, mark = row["item"].strip().lstrip("'").partition(".")
    item = items.get(name.removeprefix("i"))
    if item is None:
        raise UsageError(
            f"“{row['item']}” is not in the sample of this week. Export again, and leave the column item be."
        )
    if mark != item.text_key[:8]:
        raise UsageError("the words were edited after the export. Export again and read this one anew.")
    answer = WRITTEN.get(row["label"].strip().lower())
    if answer is None:
        raise UsageError(f"“{row['label']}” is no label. Write negative, neutral, positive or unclear.")
    topic = row.get("topic", "").strip().lower()
    return Label.of(item, by, answer, labels.named(topic, "topic") if topic else None)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column); the columns may stand in any order, beside others."""
    text = _text(path)
    head = text.partition("\n")[0].lower()
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in ("item", "label") if name not in columns]:
            raise UsageError(
                f"{path.name}, line 1: there is no column {missing[0]}. The first line must be {';'.join(COLUMNS)}, "
                "as in an exported file."
            )
        for cells in reader:
            if any(cell.strip() for cell in cells):
                filled = [*cells, *[""] * (len(columns) - len(cells))]
                yield reader.line_num, dict(zip(columns, filled, strict=False))
    except csv.Error as error:
        raise UsageError(
            f"{path.name}, line {reader.line_num}: this is no CSV ({error}). Save it as CSV UTF-8."
        ) from None


def _text(path: Path) -> str:
    """Its text. Only names and labels are read, so an old spreadsheet's own encoding does no harm."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff", b"PK"):
        raise UsageError(f"{path.name}: this is no CSV in UTF-8. Save it from the spreadsheet as “CSV UTF-8”.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
