"""The sample as a file for a spreadsheet, and back: nobody has to label in a terminal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks import durable
from tasks.errors import UsageError, printable
from tasks.quality import labels
from tasks.quality.labels import Answer, Label
from tasks.quality.sample import Drawn
from tasks.sentiment.labelled import LABELS

COLUMNS = ("item", "text", "label", "topic")
#: What people write in a cell.
WRITTEN: dict[str, Answer] = {
    **{spelling: labels.ANSWERS[place] for spelling, place in LABELS.items()},
    "n": "negative",
    "e": "neutral",
    "p": "positive",
    "u": "unclear",
    "unclear": "unclear",
    "onduidelijk": "unclear",
}
#: What begins like this is a formula to a spreadsheet: at the start of a cell, or where one that parts cells by another
#: sign than ours thinks that a cell starts.
RUN = re.compile(r"""(^|[,;|\t\r\n"'])(\s*)(?=[=+\-@＝＋－＠\t\r])""")


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
    try:
        durable.write_bytes(path, ("\ufeff" + out.getvalue().replace("\x00", "")).encode(), mode=0o600)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}).") from None


def may_replace(path: Path, answers: Sequence[Label]) -> None:
    """Raise UsageError when a file of this name holds something that would be lost."""
    if not path.exists():
        return
    try:
        rows = [row for _, row in _rows(path)]
    except UsageError:
        raise UsageError(f"{path} is there already, and is no file of ours. Choose another name.") from None
    given = {(one.item_id, one.label) for one in answers}
    filled = [(_item(row)[0], WRITTEN.get(row["label"].strip().lower())) for row in rows if row["label"].strip()]
    if lost := sum(one not in given for one in filled):
        raise UsageError(f"{path} has {lost} labels that are not handed in. --import it first, or choose another name.")


def take(slug: str, week: str, by: str, path: Path, drawn: Sequence[Drawn], topics: Collection[str]) -> Taken:
    """Keep every answer of a file that can be understood. Raises UsageError when the file is none of ours."""
    items = {item.item_id: item for item in drawn}
    found: dict[str, Label] = {}
    blank, wrong = 0, []
    for line, row in list(_rows(path)):  # all of it is CSV before anything is kept
        if not row["label"].strip():
            blank += 1
            continue
        try:
            label = _label(row, by, items, topics)
            if found.setdefault(label.item_id, label) != label:
                raise UsageError("this item stands above with another label; remove one of the two.")
        except UsageError as error:
            wrong.append(f"{path.name}, line {line}: {printable(str(error))}")
    for label in found.values():
        labels.save(slug, week, label)
    return Taken(len(found), blank, wrong)


def inert(text: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return RUN.sub(r"\1\2'", text)


def _name(item: Drawn) -> str:
    """An item with a mark of its words. The letter keeps a spreadsheet from taking it for a number."""
    return f"i{item.item_id}.{item.text_key[:8]}"


def _item(row: dict[str, str]) -> tuple[str, str]:
    """The item that a row is about, and the mark of its words."""
    name, _, mark = row["item"].strip().lstrip("'").partition(".")
    return name.removeprefix("i"), mark


def _label(row: dict[str, str], by: str, items: dict[str, Drawn], topics: Collection[str]) -> Label:
    name, mark = _item(row)
    item = items.get(name)
    if item is None:
        raise UsageError(
            f"“{row['item']}” is not in the sample of this week. Export again, and leave the column item be."
        )
    if mark != item.text_key[:8]:
        raise UsageError("the words were edited after the export. Export again and read this one anew.")
    answer = WRITTEN.get(row["label"].strip().lower())
    if answer is None:
        raise UsageError(f"“{row['label']}” is no label. Write negative, neutral, positive or unclear.")
    return Label.of(item, by, answer, labels.topic(row.get("topic", ""), topics))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column); the columns may stand in any order, beside others."""
    text = _text(path)
    head = text.partition("\n")[0].lower()
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in ("item", "label") if name not in columns]:
            raise UsageError(
                f"{path.name}, line 1: there is no column {missing[0]}. The first line must be {';'.join(COLUMNS)}, "
                "as in an exported file."
            )
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                filled = [*cells, *[""] * (len(columns) - len(cells))]
                yield reader.line_num, dict(zip(columns, filled, strict=False))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"{path.name}, line {line}: this is no CSV ({error}): a quote that nothing closes? Nothing was kept. Save "
            "it as CSV UTF-8."
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
