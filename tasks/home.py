"""Where state lives. Everything under one folder, so that an admin can back it up, move it or throw it away."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "config" / "institutions"
TAXONOMY = ROOT / "config" / "taxonomy"
MAPS = ROOT / "config" / "maps"
EDITOR = ROOT / "config" / "editor"
INTENT = ROOT / "config" / "intent.toml"
SQL = ROOT / "sql"
TEMPLATES = ROOT / "report_templates"


def where() -> dict[str, str]:
    """The folders of the checkout by name, for a process that must work with the same."""
    return {name: str(value) for name, value in globals().items() if name.isupper() and isinstance(value, Path)}


def be(where: dict[str, str]) -> None:
    """Work with these folders from now on: what ``where`` gave in the process that started this one."""
    globals().update({name: Path(value) for name, value in where.items()})


def shown(path: Path) -> str:
    """A path as a person knows it: from the checkout, where it lies in there."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def state() -> Path:
    """The state folder: ``WEERKLANK_HOME``, or ``var/`` in the checkout."""
    return Path(os.environ.get("WEERKLANK_HOME") or ROOT / "var").resolve()


def landed() -> Path:
    """Raw pages of every institution: people's own words, for this account only."""
    return state() / "landing"


def landing(slug: str, source: str) -> Path:
    """Immutable raw pages of one source."""
    return landed() / slug / source


def inbox(slug: str, source: str) -> Path:
    """Where people put files for a source that has an inbox."""
    return state() / "inbox" / slug / source


def lake() -> Path:
    """Parquet partitions: ``<table>/institution=<slug>/week=<week>/part-0.parquet``."""
    return state() / "lake"


def reports(slug: str) -> Path:
    """Editions: ``<week>/r<N>/``."""
    return state() / "reports" / slug


def editor_note(slug: str, period: str) -> Path:
    """The note that who approved of a report wrote in Airflow; ``2026-W47``, or ``2026-W47/interim-…``."""
    return state() / "editor" / slug / f"{period.replace('/', '-')}.json"


def labels(slug: str) -> Path:
    """What people said of the items they read: ``<week>/<labeller>/<item>.json``."""
    return state() / "labels" / slug


def cache() -> Path:
    """What set-up makes out of installed packages (fonts): it belongs to the environment, not to anybody's state."""
    return Path(os.environ.get("WEERKLANK_CACHE") or Path(sys.prefix) / "weerklank-cache").resolve()


def key_file(slug: str, number: int = 1) -> Path:
    """The key that turns handles into pseudonyms, or the ``number``-th of the chain since; never in the lake."""
    return state() / "keys" / (f"{slug}.key" if number == 1 else f"{slug}.{number}.key")


def privacy(slug: str) -> Path:
    """What was erased, retained and re-keyed: receipts, work that is under way, what must not come back."""
    return state() / "privacy" / slug


def mailbox() -> Path:
    """What the demo's own SMTP server received."""
    return state() / "mail"


def ledger_url() -> str:
    """The SQL database that remembers every delivery."""
    return os.environ.get("WEERKLANK_LEDGER_URL") or f"sqlite:///{state() / 'ledger.sqlite'}"
