"""Where a text on a page comes from: every PDF carries the list itself (tasks/render/attachments.py)."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf

from tasks.errors import UsageError


def origins(pdf: Path) -> dict[str, list[str]]:
    """Printed text → ``sla_attainment.on_time_pct 2026-W47 all all``, …; raises UsageError for a PDF without them."""
    try:
        with pikepdf.open(pdf) as file:
            names = [name for name in file.attachments if name.endswith(".json")]
            told = json.loads(file.attachments[names[0]].get_file().read_bytes())
            return {one["text"]: list(one["from"]) for one in told["figures"]}
    except (OSError, pikepdf.PdfError, ValueError, KeyError, IndexError):
        raise UsageError(f"{pdf} cannot be read, or carries no list of its figures.") from None


def plain(text: str) -> str:
    """As a person types it: no-break and thin spaces are spaces, a minus is a hyphen."""
    return " ".join(text.replace("\u2212", "-").replace("\u2013", "-").split()).casefold()
