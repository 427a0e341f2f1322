"""What is kept beside the pages: partitions, documents, labels, windows, previews; and taking the old of it away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyarrow.parquet as pq

from tasks import durable, home, lake, quoted
from tasks.extract import landing
from tasks.measure import first
from tasks.period import PATTERN, Week
from tasks.sentiment import kept
from tasks.stage import corrections, partition, weeks
from tasks.topics import urgency

#: Tables with a row per item or conversation. What was measured of them stays.
ROWS = (*partition.TABLES, *weeks.KEPT, "open_before", urgency.TABLE, corrections.TABLE, *kept.TABLES)
#: The lists of a document that quote people.
QUOTING = ("open_items", "solved_cases")


class Told(Protocol):
    """Where it is counted what went."""

    partitions: int
    files: list[str]


def clear_strays(slug: str) -> None:
    """Remove raw bytes and rows that no manifest names."""
    for path in landing.strays(slug):
        path.unlink(missing_ok=True)
    for kind in ("*/{}*.gz.part", "*/{}*.parquet.part", "*/refused/{}*.part"):  # of whoever was killed while writing
        for path in home.landing(slug, "").glob(kind.format(durable.PREFIX)):
            path.unlink(missing_ok=True)
    for path in home.privacy(slug).glob("*/*.before.parquet"):  # of an erasure that was killed before it had begun
        if not any((path.parent / name).exists() for name in ("plan.json", "begun.json")):
            path.unlink()


def refused(slug: str) -> list[Path]:
    """How answers began that could not be used: for a person to look at, and somebody may be in them."""
    return sorted(home.landing(slug, "").glob("*/refused/*.json"))


def drop(slug: str, floor: Week, went: Told, *, really: bool) -> None:
    """Take away partitions, labels and fetch windows of the weeks before ``floor``; first records lose their items."""
    for table in ROWS:
        for path in _partitions(table, slug):
            if _week(path) < str(floor):
                went.partitions += 1
                if really:
                    path.unlink()
    for path in _partitions(first.TABLE, slug):
        if _week(path) < str(floor):
            record = pq.read_table(path, partitioning=None)
            if record.num_rows:
                went.partitions += 1
                if really:
                    first.write(path, record.slice(0, 0))
    for folder in home.labels(slug).glob("*"):
        if folder.name < str(floor):
            away(folder, went, really)
    for path in quoted.files(slug):  # nothing leads from these items to anybody any more
        if _period(path) < str(floor):
            away(path, went, really)
    for path in home.landing(slug, "").glob("*/windows/*.json"):
        if landing.moment(json.loads(path.read_text(encoding="utf-8"))["end"]) <= floor.start:
            away(path, went, really)


def documents(slug: str) -> Iterator[Path]:
    """Every document that measure left for render."""
    yield from sorted((home.lake() / "document" / f"institution={slug}").glob("week=*/as-of-*.json"))


def blank_documents(slug: str, texts_from: Callable[[str], Week], went: Told, *, really: bool) -> None:
    """Take quotes of texts that are gone out of the documents of their weeks, and remove previews of these weeks."""
    for path in documents(slug):
        document = json.loads(path.read_text(encoding="utf-8"))
        gone: quoted.Places = {}
        for name in QUOTING:
            for at, row in enumerate(document["lists"].get(name, ())):
                if row.get("excerpt") and document["week"] < str(texts_from(row["source"])):
                    row["excerpt"] = None
                    gone.setdefault(name, []).append(at)
        if gone:
            went.files.append(home.shown(path))
            if really:
                durable.write_bytes(path, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode())
                quoted.without(quoted.of_document(path), gone)
    for folder in (home.state() / "preview" / slug).glob("*"):
        if folder.name < str(texts_from("")):
            away(folder, went, really)


def away(path: Path, went: Told, really: bool) -> None:
    went.files.append(home.shown(path))
    if really and path.is_dir():
        shutil.rmtree(path)
    elif really:
        path.unlink(missing_ok=True)


def _partitions(table: str, slug: str) -> list[Path]:
    return sorted(lake.partition(table, slug, "x").parents[1].glob("week=*/part-0.parquet"))


def _period(path: Path) -> str:
    """The week of a file beside a document, an edition or an interim one."""
    return next(part for name in path.parts[::-1] if PATTERN.fullmatch(part := name.removeprefix("week=")))


def _week(path: Path) -> str:
    return path.parent.name.removeprefix("week=")
