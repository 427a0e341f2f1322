"""What an edition is made of, as one hash for each part; and what changed since the edition before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks import home
from tasks.brand.read import digests
from tasks.settings import Institution

PARTS = ("data", "sql", "templates", "config", "calendar", "editor")
#: The templates a report depends on; those of the e-mail are not among them.
PAGES = ("page.html.j2", "report.html.j2", "department.html.j2", "blocks/*.html.j2")
TEMPLATES = (*PAGES, "report.css", "screen.css", "text/nl.toml", "text/en.toml")
CODE = ("tasks", "plugins", "dags")
Files = Mapping[str, bytes]


def inputs(institution: Institution, document: dict[str, Any], sources: Mapping[str, Files]) -> dict[str, str]:
    """SHA-256 of every part. Recipients, addresses and keywords are no part of ``config``: they do not show."""
    metrics = {name: metric["fingerprint"] for name, metric in document["metrics"].items()}
    rows = {name: _figures(metric) for name, metric in document["metrics"].items()}
    return {
        "data": _hash({**document, "metrics": rows, "editorial": None}),
        "editor": _hash(document.get("editorial")),
        "sql": _hash({"files": _hashes(sources.get("sql", {})), "metrics": metrics}),
        "templates": _hash(_hashes(templates())),
        "config": _hash(_shown(institution, document)),
        "calendar": _hash(
            {
                "hours": [hours.model_dump(mode="json") for hours in institution.hours],
                "closed": institution.closed.model_dump(mode="json"),
                "country": institution.institution.country,
                "timezone": institution.institution.timezone,
            }
        ),
    }


def _figures(metric: dict[str, Any]) -> Any:
    """What a metric says, and what it would say by its definition of before."""
    return [metric["rows"], metric["earlier"]] if "earlier" in metric else metric["rows"]


def fingerprint(parts: Mapping[str, str]) -> str:
    """One hash over all parts; its first twelve digits stand in the footer."""
    return _hash({part: parts[part] for part in PARTS})


def templates() -> dict[str, bytes]:
    """The template files of the report, to be stored with it."""
    found = (path for name in TEMPLATES for path in sorted(home.TEMPLATES.glob(name)))
    return {path.relative_to(home.TEMPLATES).as_posix(): path.read_bytes() for path in found}


def code() -> str:
    """The program itself: recorded with an edition, never a reason for a new one."""
    paths = (path for folder in CODE for path in sorted((home.ROOT / folder).rglob("*.py")))
    return _hash({str(path.relative_to(home.ROOT)): sha256(path.read_bytes()) for path in paths})


def lock() -> str:
    """The pinned packages."""
    path: Path = home.ROOT / "requirements.txt"
    return sha256(path.read_bytes()) if path.is_file() else ""


def changed_parts(parts: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """The parts that are not what they were."""
    return [part for part in PARTS if parts[part] != before.get(part)]


def changed_numbers(document: dict[str, Any], before: dict[str, Any]) -> list[dict[str, Any]]:
    """Headline figures of the week that moved: metric, column, from, to."""
    moved = []
    for name in sorted({*document["metrics"], *before.get("metrics", {})}):
        column, new = _headline(document, name)
        old_column, old = _headline(before, name)
        if new != old:
            moved.append({"metric": name, "column": column or old_column, "from": old, "to": new})
    return moved


def sha256(data: bytes) -> str:
    """Hexadecimal digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON with one way to write everything; NaN is refused."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def _headline(document: dict[str, Any], name: str) -> tuple[str, Any]:
    metric = document.get("metrics", {}).get(name)
    if metric is None or name == "answer_curve":
        return "", None
    column = str(metric["contract"]["headline"])
    rows = (row for row in metric["rows"] if (row["week"], row["dimension"]) == (document["week"], "all"))
    return column, next((row.get(column) for row in rows), None)


def _shown(institution: Institution, document: dict[str, Any]) -> dict[str, Any]:
    """Everything from the institution's file that shows in the report."""
    about = institution.institution
    return {
        "name": about.name,
        "languages": list(about.languages),
        "classification": about.classification.model_dump(),
        "respond": institution.respond.model_dump(mode="json"),
        "targets": {name: metric["contract"].get("target") for name, metric in document["metrics"].items()},
        "departments": [[one.id, one.name.model_dump(), one.page] for one in institution.department],
        "sources": [[one.id, one.name.model_dump()] for one in institution.source],
        "brand": institution.brand.model_dump(mode="json", exclude={"letter"}),
        "brand_files": digests(institution),
    }


def _hashes(files: Files) -> dict[str, str]:
    return {name: sha256(data) for name, data in files.items()}


def _hash(value: Any) -> str:
    return sha256(canonical(value))
