"""A school with column maps of its own, and files as spreadsheets and tools leave them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tasks import cli, home, settings
from tasks.extract import exchange, landing
from tests import world

SLUG = "school"
FILES = """
[[source]]
id   = "exports"
type = "files"
name = { nl = "Exports", en = "Exports" }
"""


def school(monkeypatch: pytest.MonkeyPatch, folder: Path, table: str = FILES) -> Path:
    """An institution with a source for exports; returns the folder of its maps, which has the ready-made ones."""
    world.settle(monkeypatch, folder, world.INSTITUTION.replace("[[department]]", f"{table}\n[[department]]", 1), SLUG)
    maps = folder / "maps"
    shutil.copytree(home.MAPS, maps)
    monkeypatch.setattr(home, "MAPS", maps)
    return maps


def institution() -> settings.Institution:
    return settings.load(SLUG)


def delimited(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ";", encoding: str = "utf-8") -> Path:
    """As a spreadsheet saves it."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    """A zip of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return path


def run(*words: str | Path) -> int:
    """``./weerklank import …``."""
    return cli.main(["import", *map(str, words)])


def landed() -> list[dict[str, Any]]:
    """Every line that was landed by an import, in order of id."""
    lines = [
        json.loads(line)
        for page in landing.pages(SLUG)
        if page.format == exchange.FORMAT
        for line in landing.read(SLUG, page).splitlines()
        if line
    ]
    return sorted(lines, key=lambda line: str(line.get("id")))
