"""A school with people in it: questions, answers, edits, deletions, replies, a case, and somebody to erase."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pikepdf
import pyarrow.parquet as pq

from tasks import home, lake, settings, steps
from tasks.extract import files
from tasks.period import Week
from tests.world import INSTITUTION, item, jsonl, settle

SLUG = "school"
FETCHED = datetime(2026, 9, 14, tzinfo=UTC)
#: Whom the tests erase: as the platform spells it, and as others do.
HANDLE, NAME = "Sanne_DV", "Sanne de Vries"
FIXED = 'source = "mastodon"'


class School:
    """The institution in a folder of its own."""

    def __init__(self, folder: Path, monkeypatch: Any, more: str = "", engine: str = "lexicon") -> None:
        self.folder = folder
        settle(monkeypatch, folder, INSTITUTION.replace('engine = "lexicon"', f'engine = "{engine}"') + more)
        key = home.key_file(SLUG)
        key.parent.mkdir(parents=True)
        key.write_bytes(b"the same key in every run")
        self.count = 0

    @property
    def institution(self) -> settings.Institution:
        return settings.load(SLUG)

    def land(self, *rows: Any, at: datetime = FETCHED, name: str = "") -> None:
        """Hand in a file."""
        self.count += 1
        path = jsonl(self.folder / (name or f"page{self.count}.jsonl"), *rows)
        files.receive(self.institution, path, fetched_at=at)
        path.unlink()

    def report(self, week: str) -> str:
        """Stage, measure and render a week; the edition's folder."""
        as_of = Week.parse(week, self.institution.zone).cutoff.isoformat()
        steps.stage(SLUG, week)
        steps.measure(SLUG, week, as_of)
        return str(steps.render(SLUG, week, as_of)["edition"])


def people() -> list[list[dict[str, Any]]]:
    """Three pages of two weeks; the person asks, is answered or waits, edits, is written of, has a case."""
    mine = {"author": f"@{HANDLE}", "url": f"https://mastodon.example/@{HANDLE}/1"}
    case = {"id": "Z1", "department": "exams", "cause": f"rooster fout voor {NAME}", "action": "hersteld"}
    done = {"assigned_at": "2026-09-10T12:00:00Z", "contacted_at": "2026-09-10T13:00:00Z"}
    solved = {"resolved_at": "2026-09-11T12:00:00Z"}
    first = [
        item("s1", "2026-09-08T10:00", text="Waarom is het tentamen van dinsdag verplaatst zonder bericht?!", **mine),
        item(f"{HANDLE}-2", "2026-09-09T10:00", text="Prachtige open dag bij jullie, echt geweldig georganiseerd!")
        | mine
        | {"author": HANDLE.lower()},
        item("s3", "2026-09-10T09:00", text="Het hertentamen is een ramp, wie belt mij terug?", **mine)
        | {"case": case | done | solved},
        *(item(f"q{n}", f"2026-09-08T1{n}:30", text=f"Waar is het tentamen van zaal {n}?") for n in range(6)),
        f"no json at all, and {HANDLE} in it",
    ]
    second = [
        item("s1", "2026-09-08T10:00", text="Waarom is het tentamen van dinsdag verplaatst zonder enig bericht?!")
        | mine
        | {"edited_at": "2026-09-08T11:00:00Z"},
        item("a1", "2026-09-08T12:00", text=f"@{HANDLE} we zoeken het uit!", in_reply_to="s1", author="us")
        | {"author_kind": "own"},
        item("f1", "2026-09-08T13:00", text=f"Wat {NAME} zegt klopt, belachelijk.", in_reply_to="s1"),
        item("f2", "2026-09-08T14:00", text="Ik ook!", in_reply_to=f"{HANDLE}-2"),
        item(
            "f3", "2026-09-08T15:00", text=f"volgens {HANDLE.upper()} is het slecht geregeld", thread_id=f"t/{HANDLE}"
        ),
        *(
            item(f"a2{n}", f"2026-09-08T1{n}:50", text="Zaal A, groet!", in_reply_to=f"q{n}", author="us")
            | {"author_kind": "own"}
            for n in range(3)
        ),
    ]
    third = [
        item("s4", "2026-09-15T10:00", text="Het tentamen is weer slecht geregeld, hoe kan dat?", **mine),
        item("s5", "2026-09-13T10:00", text="Waarom neemt bij jullie nooit iemand de telefoon op?", **mine),
        item("x1", "2026-09-15T11:00", text="Het is hier prima."),
    ]
    return [first, second, third]


def everything() -> Iterator[tuple[str, str]]:
    """Every file under the state folder as text: Parquet, gzip, PDF streams and mails decoded."""
    import gzip

    for path in sorted(path for path in home.state().rglob("*") if path.is_file()):
        data, name = path.read_bytes(), str(path.relative_to(home.state()))
        yield name, name
        if name.endswith(".parquet"):
            table = pq.read_table(path, partitioning=None)
            yield name, f"{table.to_pylist()} {table.schema.metadata}"
        elif name.endswith(".gz"):
            yield name, gzip.decompress(data).decode("utf-8", "replace")
        elif name.endswith(".eml"):
            for part in message_from_bytes(data).walk():
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes):
                    yield name, text_of(payload) if payload.startswith(b"%PDF") else payload.decode("utf-8", "replace")
        else:
            yield name, text_of(data) if data.startswith(b"%PDF") else data.decode("utf-8", "replace")


def text_of(data: bytes) -> str:
    """What a reader gets out of it, and every stream of it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    told = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = [one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream) and "/Filter" in one]
    return told + "\n".join(one.decode("latin-1") for one in streams)


def found(pattern: str) -> list[str]:
    """The files in which something is still said, in any case."""
    wanted = re.compile(pattern, re.IGNORECASE)
    return sorted({name for name, text in everything() if wanted.search(re.sub(r"\s+", " ", text))})


def counts(week: str) -> dict[str, Any]:
    """What must not change: volume, authors, answers, tone and topics of a week."""
    rows = [row for table in (lake.read("mentions", SLUG, week),) if table is not None for row in table.to_pylist()]
    turns = lake.read("turns", SLUG, week)
    keys = ("kind", "direction", "sentiment", "sentiment_score", "intent", "department", "eligibility", "language")
    listed = sorted(json.dumps([*(row[key] for key in keys), row["topics"]], default=str) for row in rows)
    asked = [] if turns is None else turns.to_pylist()
    messages = lake.read("messages", SLUG, week)
    threads = [] if messages is None else messages.to_pylist()
    return {
        "rows": listed,
        "authors": len({row["author_key"] for row in rows}),
        "waited": sorted((str(one["asked_at"]), str(one["answered_at"])) for one in asked),
        "threads": sorted(
            (str(one["created_at"]), sum(other["thread_key"] == one["thread_key"] for other in threads))
            for one in threads
        ),
    }


def lake_bytes() -> dict[str, str]:
    """The hash of every partition."""
    return {
        str(path.relative_to(home.lake())): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.lake().rglob("*.parquet"))
    }
