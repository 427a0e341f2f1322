"""The exchange format as JSON Schema, out of the same table that reads it (tasks/extract/fields.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tasks import home
from tasks.extract.fields import CASE_TEXTS, CASE_TIMES, CHOICES, FIELDS, MOMENTS, NUMBERS, RFC3339, SOURCE, TEXTS

FILE: Path = home.ROOT / "docs" / "exchange-format.schema.json"
#: What a validator must know and a pattern cannot say.
ABOUT = {
    "id": "The platform's own id, as text: a spreadsheet ruins long numbers (1.23E+18).",
    "source": "Lower case, digits and _; the id of a [[source]].",
    "created_at": "When it was written, with an offset; never guessed.",
    "author": "Native id or handle; never a person's name.",
    "deleted": "A deletion is final.",
    "needs_reply": "A person's or a tool's judgement.",
    "case": "The case that it belongs to, or that it is about.",
}
IDS = ("in_reply_to", "thread_id", "author")
LARGEST = 1_000_000
TIME = {"type": ["string", "null"], "format": "date-time", "pattern": f"^(?:{RFC3339.pattern})?$"}


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of one line."""
    properties = {field.key: _property(field.key) for field in FIELDS}
    for key, told in ABOUT.items():
        properties[key] = {**properties[key], "description": told}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Weerklank exchange format: one item, a line of JSON Lines",
        "type": "object",
        "required": [field.key for field in FIELDS if field.required],
        "additionalProperties": False,
        "properties": properties,
    }


def text() -> str:
    """The same as the file in docs."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _property(key: str) -> dict[str, Any]:
    if key == "id":
        return {"type": ["string", "integer"], "pattern": r"^(?!\s*[+-]?\d+([.,]\d+)?[eE][+-]?\d+\s*$)(?=[\s\S]*\S)"}
    if key == "source":
        return {"type": "string", "pattern": f"^{SOURCE.pattern}$"}
    if key == "created_at":
        return {**TIME, "type": "string", "pattern": f"^{RFC3339.pattern}$"}
    if key in MOMENTS:
        return dict(TIME)
    if key in TEXTS:
        return {"type": ["string", "integer", "null"] if key in IDS else ["string", "null"]}
    if key in NUMBERS:
        return {"type": ["number", "null"], "minimum": -LARGEST, "maximum": LARGEST}
    if key in CHOICES:
        return {"enum": [*CHOICES[key], None]}
    if key == "case":
        return _case()
    return {"type": ["boolean", "null"]}


def _case() -> dict[str, Any]:
    texts = {key: {"type": ["string", "null"]} for key in CASE_TEXTS}
    return {
        "type": ["object", "null"],
        "required": ["id"],
        "additionalProperties": False,
        "properties": {**texts, "id": {"type": "string", "minLength": 1}, **{key: dict(TIME) for key in CASE_TIMES}},
    }
