"""Access: everything that is held of one person, in one file for them (GDPR, article 15)."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks import home, lake
from tasks.errors import UsageError
from tasks.privacy import editions, journal, memory
from tasks.privacy.find import Found, find
from tasks.privacy.pages import Landed
from tasks.privacy.person import Person
from tasks.settings import Institution

#: What the lake says of an item, beside what the person wrote.
JUDGED = ("sentiment", "sentiment_score", "language", "topics", "intent", "department", "eligibility", "case_status")


def export(institution: Institution, person: Person, path: Path) -> dict[str, int]:
    """Write a ZIP that only its owner can read; returns how much of what is in it. Raises UsageError."""
    landed = Landed(institution)
    landed.stage()
    found = find(landed, person)
    told = {
        "raw_lines": list(_raw(landed, found)),
        "rows": list(_rows(landed, found)),
        "judged": list(_judged(landed, found)),
        "asked_again": memory.of(landed, found.items),
        "written_by_others": [{"page": page, "lines": count} for page, count in sorted(found.other_lines.items())],
        "editions": [{"edition": name} for name in _editions(institution, person, found)],
    }
    if not found.anything:
        raise UsageError(f"{institution.slug}: nothing of this handle is kept for {person.source}.")
    journal.note(institution.slug, "privacy export", len(told["raw_lines"]) + len(told["rows"]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, rows in told.items():
            lines = (json.dumps(row, ensure_ascii=False, default=str, sort_keys=True) + "\n" for row in rows)
            packed.writestr(f"{name}.jsonl", "".join(lines))
    _write(path, buffer.getvalue())
    return {name: len(rows) for name, rows in told.items()}


def _write(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} is there already; nothing was overwritten.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _raw(landed: Landed, found: Found) -> Iterator[dict[str, Any]]:
    """The person's own raw lines, as they were fetched."""
    for page in landed.pages():
        raw = page.raw[0]
        mine = set(raw.filter(pc.is_in(raw["item_id"], value_set=_these(found)))["line"].to_pylist())
        for number in sorted(mine):
            line = json.loads(page.lines[number - 1].decode("utf-8-sig"))
            yield {"origin": page.page.origin, "fetched_at": page.page.fetched_at, "line": number, "item": line}


def _rows(landed: Landed, found: Found) -> Iterator[dict[str, Any]]:
    """What is left of lines whose raw bytes are gone."""
    for page in landed.pages():
        yield from page.gone[0].filter(pc.is_in(page.gone[0]["item_id"], value_set=_these(found))).to_pylist()


def _judged(landed: Landed, found: Found) -> Iterator[dict[str, Any]]:
    """What was made of it: nothing about the person, only about each item."""
    for week in sorted(found.weeks):
        mentions = lake.read("mentions", landed.slug, week)
        if mentions is not None:
            mine = mentions.filter(pc.is_in(mentions["item_id"], value_set=_these(found)))
            yield from mine.select(["item_id", "source", "created_at", *JUDGED]).to_pylist()


def _editions(institution: Institution, person: Person, found: Found) -> list[str]:
    quotes = editions.excerpts(institution, found.texts)
    wanted = editions.Wanted(person, quotes, found.items | found.naming)
    return [one.name for one in editions.affected(institution.slug, wanted)] if home.lake().exists() else []


def _these(found: Found) -> pa.Array:
    return pa.array(sorted(found.items), pa.string())
