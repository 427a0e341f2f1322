"""Which items a document quotes, and where: beside it and its editions, and in neither. Restricted, for erasure.

    var/lake/document/institution=<slug>/week=<week>/quoted-as-of-<moment>.json     of what measure left for render
    var/reports/<slug>/<week>/r1.quoted.json                                        of an edition; mode 600, both

An edition outlives the words it quotes, so an erasure cannot find a quote by its words for ever; by its item it can.
Once the item itself is gone (``row_days``) nothing leads to it, and the list goes as well.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from tasks import durable, home
from tasks.errors import SourceError

#: By list of the document, an entry a row: the item that it quotes, or None where it quotes nothing.
Quoted = dict[str, list[str | None]]
#: By list, the places of rows.
Places = dict[str, list[int]]
COLUMN = "item_id"


def taken(lists: Mapping[str, list[dict[str, Any]]]) -> Quoted:
    """Take the items out of a document's lists: what the rows say from now on is for everybody."""
    found: Quoted = {}
    for name, rows in lists.items():
        if any(COLUMN in row for row in rows):
            items = [(row.pop(COLUMN, None), row.get("excerpt")) for row in rows]
            found[name] = [item if excerpt else None for item, excerpt in items]
    return found


def of_document(path: Path) -> Path:
    """The file beside a document of the lake."""
    return path.with_name(f"quoted-{path.name}")


def of_edition(folder: Path) -> Path:
    """The file beside an edition."""
    return folder.with_name(f"{folder.name}.quoted.json")


def read(path: Path) -> Quoted:
    """What it says; nothing where there is no file. Raises SourceError when it is damaged."""
    try:
        told: Quoted = {str(name): list(items) for name, items in json.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError):
        remedy = "Put it back from a back-up; or remove it, and only quotes of words that are still kept are found."
        raise SourceError(f"{path} is damaged, so nobody can tell whom that quotes. {remedy}") from None
    return told


def write(path: Path, quoted: Quoted) -> None:
    """Keep it; one that names nothing is no file."""
    if any(item for items in quoted.values() for item in items):
        durable.write_bytes(path, (json.dumps(quoted, indent=1, sort_keys=True) + "\n").encode(), mode=0o600)
    else:
        path.unlink(missing_ok=True)


def places(quoted: Quoted, items: Collection[str]) -> Places:
    """Where any of these items is quoted."""
    wanted = set(items)
    found = {name: [at for at, item in enumerate(listed) if item in wanted] for name, listed in quoted.items()}
    return {name: at for name, at in found.items() if at}


def without(path: Path, gone: Places) -> None:
    """Forget what these rows quoted: they do not any more."""
    quoted = read(path)
    left = {
        name: [None if at in gone.get(name, ()) else item for at, item in enumerate(items)]
        for name, items in quoted.items()
    }
    if left != quoted:
        write(path, left)


def named(slug: str) -> set[str]:
    """Every item that anything of an institution quotes."""
    return {item for path in files(slug) for items in read(path).values() for item in items if item}


def rename(slug: str, names: Mapping[str, str]) -> None:
    """Let every list speak of items by their new names: after an erasure, or with another key. Twice is once."""
    for path in files(slug):
        quoted = read(path)
        told = {name: [names.get(item, item) if item else None for item in items] for name, items in quoted.items()}
        if told != quoted:
            write(path, told)


def files(slug: str) -> Iterator[Path]:
    """All there are."""
    yield from sorted((home.lake() / "document" / f"institution={slug}").glob("week=*/quoted-as-of-*.json"))
    yield from sorted(path for path in home.reports(slug).rglob("r*.quoted.json") if path.is_file())
