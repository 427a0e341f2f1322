"""What pydantic found wrong with a TOML file, as sentences with file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tasks.pointing import Fault, pointed

#: Pydantic's kinds of error, as who writes TOML calls them.
PLAINER = {
    "string_type": "must be a text in quotes",
    "tuple_type": 'must be a list, like ["a", "b"]',
    "list_type": 'must be a list, like ["a", "b"]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "finite_number": "must be a finite number",
    "literal_error": "must be {expected}",
    "string_pattern_mismatch": "must look like {pattern}",
    "string_too_short": "must not be empty",
}
TOO_DEEP = "lists stand too deep inside each other"
#: Where tomllib saw the fault.
AT = re.compile(r"(?P<what>.*?) ?\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.S)


def parsed(text: str) -> dict[str, Any]:
    """A TOML text as a table; raises TOMLDecodeError, also where Python's reader gives up otherwise."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError(f"{TOO_DEEP} (at line 1, column 1)") from None
    except ValueError as error:  # a number of thousands of digits
        raise tomllib.TOMLDecodeError(f"{str(error).partition(';')[0]} (at line 1, column 1)") from None


def toml(shown: str, text: str, error: tomllib.TOMLDecodeError) -> str:
    """A file that is no TOML: file, line and column, the line with a caret, and what is usually the matter."""
    found = AT.fullmatch(str(error))
    if not found or not found["line"]:
        return f"{shown}: this is no TOML: it ends in the middle of something. Is a quote or a bracket not closed?"
    line, column = int(found["line"]), int(found["column"])
    before = "\n".join(text.split("\n")[: line - 1])
    at = len(before.encode()) + (line > 1) + len(text.split("\n")[line - 1][: column - 1].encode())
    hint = "Texts stand in quotes, both of them on the same line; lists in [ ], with commas between."
    return pointed(
        shown, text, Fault(f"this is no TOML: {found['what'][:1].lower()}{found['what'][1:]}", at, hint=hint)
    )


def explain(model: type[BaseModel], shown: str, text: str, error: ValidationError) -> str:
    """One sentence a line. ``shown`` is the file's name, ``text`` what it holds, ``model`` what it was read as."""
    errors = [_untagged(model, one) for one in error.errors()]
    return "\n".join(_explain(model, shown, text, one) for one in _telling(model, errors))


def _untagged(model: Any, error: ErrorDetails) -> ErrorDetails:
    """Of a table that is of one of several types: without the type in its place, and a wrong type as a wrong value."""
    told: ErrorDetails = {**error}
    if error["type"].startswith("union_tag"):
        *first, last = error["ctx"]["expected_tags"].split(", ") if "expected_tags" in error["ctx"] else [""]
        told["loc"] = (*error["loc"], error["ctx"]["discriminator"].strip("'"))
        told["type"] = "missing" if error["type"] == "union_tag_not_found" else "literal_error"
        told["input"] = error["ctx"].get("tag")
        told["ctx"] = {"expected": f"{', '.join(first)} or {last}"}
        return told
    kept: list[int | str] = []
    here: Any = model
    for part in error["loc"]:
        if isinstance(part, str) and (chosen := _members(here).get(part)):
            here = chosen
            continue
        kept.append(part)
        table = _model_in(here)
        field = table.model_fields.get(part) if isinstance(part, str) and table else None
        here = field.annotation if field else here
        told["ctx"] = {**error.get("ctx", {}), "table": table}
    told["loc"] = tuple(kept)
    return told


def _members(annotation: Any) -> dict[str, type[BaseModel]]:
    """The tables that an annotation chooses from, by their ``type``; empty where there is no choice."""
    found = [one for one in get_args(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    if len(found) > 1 and all("type" in one.model_fields for one in found):
        return {name: one for one in found for name in get_args(one.model_fields["type"].annotation)}
    return next((deeper for one in get_args(annotation) if (deeper := _members(one))), {})


def _telling(model: Any, errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without what only follows from another error: a list that lacks its one bad entry, a key missing but misspelt."""
    meant = {(*error["loc"][:-1], _meant(model, error)) for error in errors if error["type"] == "extra_forbidden"}
    deeper = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    return [
        error
        for error in errors
        if not (error["type"] == "missing" and error["loc"] in meant)
        and not (error["type"] == "too_short" and error["loc"] in deeper)
    ]


def _meant(model: Any, error: ErrorDetails) -> str | None:
    """The known key that an unknown one looks like."""
    known = _keys(error.get("ctx", {}).get("table") or model)
    return next(iter(difflib.get_close_matches(str(error["loc"][-1]), known, 1)), None)


def _explain(model: Any, shown: str, text: str, error: ErrorDetails) -> str:
    """One pydantic error as a sentence with file, line and key."""
    where = [str(part) if isinstance(part, str) else f"#{part + 1}" for part in error["loc"]]
    key = " ".join([f"[{where[0]}]", *where[1:]]) if len(where) > 1 else (where or ["the file"])[0]
    line = line_of(text, error["loc"])
    kind, reason = error["type"], error["msg"].removeprefix("Value error, ").rstrip(".")
    if kind == "missing":
        reason = "is missing"
    elif kind == "extra_forbidden":
        meant = _meant(model, error)
        reason = "is not a known key" + (f". Did you mean {meant}?" if meant else "")
    elif kind == "too_short":
        reason = "needs at least one entry"
    elif kind != "value_error":
        reason = f"{_plainer(error, reason)} (it says {error['input']!r})"
    return f"{shown}{line}: {key} {reason}".rstrip(".?") + ("?" if reason.endswith("?") else ".")


def _plainer(error: ErrorDetails, reason: str) -> str:
    """Pydantic's reason in the words of who writes TOML."""
    known = PLAINER.get(error["type"])
    if known is None:
        return reason.replace("Input should", "must", 1)
    return known.format(**error.get("ctx", {}))


def _keys(model: Any) -> list[str]:
    return [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]


def _model_in(annotation: Any) -> Any:
    """The model inside ``tuple[Model, ...]``, ``Model | None`` or plain ``Model``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in getattr(annotation, "__args__", ()) if (found := _model_in(arg))), None)


def line_of(text: str, loc: tuple[int | str, ...]) -> str:
    """`` line 12`` of the key an error is about, as far as a search can tell; else nothing."""
    table, nth = str(loc[0]) if loc else "", next((part for part in loc if isinstance(part, int)), 0)
    # `nl = ` under a table, or `name.nl = ` and `patterns.nl = [` in the table above; of a list, the key that holds it.
    named = [re.escape(part) for part in loc[1:] if isinstance(part, str)] or [re.escape(table)]
    key = "|".join([r"\.".join(named), named[-1]])
    whole = r"\.".join(re.escape(str(part)) for part in loc)  # `title.en = ` before any table
    deeper = ".".join(str(part) for part in loc[:-1]) if all(isinstance(part, str) for part in loc) else table
    seen, here = -1, ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[{1,2}([A-Za-z_.]+)\]{1,2}", line):
            here = head[1]
            seen += here == table
            continue
        inside = (here == table and seen == nth) or here == deeper != table
        wanted = key if inside else whole if not here else None
        if wanted and re.match(rf"\s*(?:{wanted})\s*=", line):
            return f", line {number}"
    return ""
