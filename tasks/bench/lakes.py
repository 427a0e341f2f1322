"""The lakes the jobs run over, made once and kept where a folder is given."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from tasks import home
from tasks.bench import program

MARK = "made-by"
TABLES = ("messages", "turns", "mentions", "fetch_windows")


def made(folder: Path, weeks: int, items_a_week: int) -> Path:
    """A state folder with so many weeks in its lake; one that the same generator finished earlier is used again."""
    state = folder / f"{weeks}-weeks-of-{items_a_week}"
    mark = state / MARK
    if not mark.exists() or mark.read_text(encoding="ascii") != _generator():
        shutil.rmtree(state, ignore_errors=True)
        program.run("generate", state, str(weeks), str(items_a_week))
        mark.write_text(_generator(), encoding="ascii")  # last: what is half done is not used again
    return state


def newest(state: Path, weeks: int) -> Path:
    """Beside a lake, one with only its newest weeks: the same files."""
    other = state.with_name(f"{state.name}-newest-{weeks}")
    shutil.rmtree(other, ignore_errors=True)
    for table in TABLES:
        for path in sorted((state / "lake" / table).glob("*/*/*.parquet"))[-weeks:]:
            link = other / path.relative_to(state)
            link.parent.mkdir(parents=True)
            link.hardlink_to(path)
    return other


def _generator() -> str:
    """What the lake follows from."""
    files = [
        *(home.SQL / "bench").glob("*.sql"),
        *(Path(__file__).with_name(f"{name}.py") for name in ("world", "generate")),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()
