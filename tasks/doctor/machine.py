"""The machine: packages, what WeasyPrint needs, fonts, and room for state."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import runpy
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from tasks import home
from tasks.doctor.finding import Finding, look

#: A year of weekly editions of one institution takes about 0.1 GB; PostgreSQL, logs and raw pages want the rest.
LITTLE_GB, TOO_LITTLE_GB = 5.0, 0.5
#: What holds people's words or names, or a key.
PRIVATE = re.compile(r"\.jsonl\.gz$|\.manifest\.json$|\.key$")


def findings() -> Iterator[Finding]:
    """One finding for each thing every institution needs."""
    yield look("packages", packages)
    yield look("PDF libraries", libraries)
    yield look("fonts", fonts)
    yield look("state folder", state_folder)
    yield look("private files", private_files)


def packages() -> Finding:
    """Are the installed versions those of requirements.txt?"""
    lines = (home.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    locked = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]
    wanted = [one for one in locked if one.marker is None or one.marker.evaluate()]
    others = [f"{one.name} {found}" for one in wanted if (found := _installed(one.name)) not in one.specifier]
    if others:
        shown = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
        remedy = "Move the folder .venv away; the next ./weerklank command sets it up anew."
        return Finding("packages", "fail", f"{len(others)} are not as requirements.txt says: {shown}", remedy)
    return Finding("packages", "ok", f"Python {platform.python_version()}, {len(wanted)} packages as locked")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"


def libraries() -> Finding:
    """Can Pango and HarfBuzz be loaded, which no Python package brings?"""
    missing = [package for library, package in _needed().items() if not _loads(library)]
    if missing:
        remedy = f"As root: apt-get install {' '.join(missing)}"
        return Finding("PDF libraries", "fail", "without them no PDF can be made", remedy)
    return Finding("PDF libraries", "ok", "Pango and HarfBuzz are there")


def _needed() -> dict[str, str]:
    """The launcher's own list: library file → Debian package."""
    found: dict[str, str] = runpy.run_path(str(home.ROOT / "weerklank"), run_name="launcher")["LIBRARIES"]
    return found


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def fonts() -> Finding:
    """Are the report's fonts made, or will the first report have to?"""
    from tasks.render import fonts as report_fonts

    missing = [cut.name for cut in report_fonts.CUTS if not (report_fonts.place() / cut.name).is_file()]
    if missing:
        return Finding("fonts", "warn", f"{len(missing)} are not made yet", "Nothing: the next report makes them.")
    if report_fonts.emoji_file() is None:
        remedy = "As root: apt-get install fonts-noto-color-emoji"
        return Finding("fonts", "warn", "no emoji font: emoji are left out of reports", remedy)
    return Finding("fonts", "ok", "Source Sans, Source Serif and emoji are there")


def state_folder() -> Finding:
    """Can it be written, and is there room?"""
    folder = home.state()
    place = next(one for one in (folder, *folder.parents) if one.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        remedy = "Give the account that runs Weerklank the right to write there, or set WEERKLANK_HOME."
        return Finding("state folder", "fail", f"{folder} cannot be written", remedy)
    return _room(folder, place)


def _room(folder: Path, place: Path) -> Finding:
    free_gb = shutil.disk_usage(place).free / 1e9
    found = f"{folder}, {free_gb:.1f} GB free"
    if free_gb >= LITTLE_GB:
        return Finding("state folder", "ok", found)
    remedy = "Make room, or move the folder and set WEERKLANK_HOME."
    return Finding("state folder", "warn" if free_gb >= TOO_LITTLE_GB else "fail", found, remedy)


def private_files() -> Finding:
    """May anybody else on this machine read raw pages or keys?"""
    places = [place for place in (home.landed(), home.key_file("any").parent) if place.exists()]
    inside = [one for place in places for one in place.rglob("*")]
    private = [*places, *(one for one in inside if PRIVATE.search(one.name))]
    open_ones = [one for one in private if one.stat().st_mode & 0o077]
    if open_ones:
        shown = ", ".join(str(one.relative_to(home.state())) for one in open_ones[:3])
        shown += " …" if len(open_ones) > 3 else ""
        remedy = f"chmod -R go= {' '.join(map(str, places))}"
        return Finding("private files", "fail", f"others may open {len(open_ones)} of them: {shown}", remedy)
    return Finding("private files", "ok", f"{len(private)} raw pages, keys and folders are this account's only")
