"""Maintenance names every damage with its remedy, removes left-overs only, and changes nothing else."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tasks import home, lake, steps
from tasks.deliver import schema
from tasks.deliver.ledger import Ledger
from tasks.errors import CheckFailed
from tasks.extract import landing
from tests.deliver import world

LINE = b'{"id": "1", "created_at": "2026-11-17T10:00:00+01:00", "text": "hello"}\n'


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page, a partition, an edition and a ledger."""
    monkeypatch.setenv("WEERKLANK_HOME", str(tmp_path))
    monkeypatch.delenv("WEERKLANK_LEDGER_URL", raising=False)
    landing.land("overbrugge", "reviews", "file.jsonl", LINE, fetched_at=world.MOMENT)
    lake.replace("mentions", "overbrugge", world.WEEK, pa.table({"n": list(range(5000))}), "x")
    world.edition(home.reports("overbrugge") / world.WEEK)
    Ledger(home.ledger_url(), world.clock)
    return tmp_path


def contents(state: Path) -> dict[str, str]:
    files = (path for path in sorted(state.rglob("*")) if path.is_file() and path.name != "ledger.sqlite")
    return {str(path.relative_to(state)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_healthy_state_is_looked_at_whole_and_left_as_it_is(state: Path) -> None:
    before = contents(state)
    for _ in range(2):
        found = steps.look_after()
        assert found.looked_at == {"raw pages": 1, "partitions": 1, "editions": 1}
        assert (found.removed, found.damaged, found.ledger) == ([], [], "whole and vacuumed")
    assert contents(state) == before
    assert steps.maintain()["damaged"] == []


def test_only_old_temporary_files_go(state: Path) -> None:
    old, new = state / "lake" / ".tmp-1-a.part", state / "lake" / ".tmp-2-b.part"
    folder = state / "reports" / "overbrugge" / ".tmp-3"
    folder.mkdir()
    for path in (old, new, folder / "report.nl.pdf"):
        path.write_bytes(b"12345")
    yesterday = (datetime.now(UTC) - timedelta(hours=25)).timestamp()
    for path in (old, folder):
        os.utime(path, (yesterday, yesterday))
    assert sorted(steps.look_after(really=False).removed) == ["lake/.tmp-1-a.part", "reports/overbrugge/.tmp-3"]
    assert old.exists()
    found = steps.look_after()
    assert found.removed_bytes == 10
    assert (old.exists(), folder.exists(), new.exists()) == (False, False, True)


def test_a_ledger_that_somebody_is_busy_with_is_not_called_damaged(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.2)
    with sqlite3.connect(state / "ledger.sqlite", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        (told,) = steps.look_after().damaged
        other.execute("ROLLBACK")
    assert (told.what, "locked" in told.remedy, "back-up" in told.remedy) == ("not looked at", True, False)
    monkeypatch.setenv("WEERKLANK_LEDGER_URL", "postgresql+psycopg2://me:hunter2@127.0.0.1:1/ledger")
    (told,) = steps.look_after().damaged
    assert told.what == "not looked at"
    assert "hunter2" not in f"{told}"


def test_looking_makes_no_ledger(state: Path) -> None:
    (state / "ledger.sqlite").unlink()
    assert steps.look_after(really=False).ledger == "there is none yet"
    assert not (state / "ledger.sqlite").exists()


@pytest.mark.parametrize(
    "kind", ["page", "manifest", "partition", "edition", "edition manifest", "gone", "ledger", "no ledger"]
)
def test_every_damage_is_named_with_its_remedy_and_kept(state: Path, kind: str) -> None:
    page = next((state / "landing").rglob("*.jsonl.gz"))
    edition = home.reports("overbrugge") / world.WEEK / "r1"
    partition = lake.partition("mentions", "overbrugge", world.WEEK)
    path = {
        "page": page,
        "manifest": page.with_name(page.name.replace(".jsonl.gz", ".manifest.json")),
        "partition": partition,
        "edition": edition / "report.en.pdf",
        "edition manifest": edition / "manifest.json",
        "gone": edition / "report.nl.pdf",
        "ledger": state / "ledger.sqlite",
        "no ledger": state / "ledger.sqlite",
    }[kind]
    data = bytearray(path.read_bytes())
    if kind == "gone":
        path.unlink()
    elif kind in ("manifest", "edition manifest"):
        path.write_bytes(b"{")
    elif kind == "no ledger":
        path.write_bytes(b"This is no database." * 400)
    elif kind == "ledger":
        data[4096 : 4096 + 512] = os.urandom(512)
        path.write_bytes(data)
    else:
        middle = len(data) // 3
        data[middle : middle + 8] = bytes(one ^ 255 for one in data[middle : middle + 8])
        path.write_bytes(data)
    found = steps.look_after()
    assert len(found.damaged) == 1, found.damaged
    assert found.damaged[0].remedy
    assert path.exists() == (kind != "gone")
    with pytest.raises(CheckFailed, match="DAMAGED"):
        steps.maintain()
