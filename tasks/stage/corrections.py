"""Known-bad rows put right by hand: sql/corrections.toml. Each says why, on what evidence, and what it must find."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self

import pyarrow as pa
from pydantic import AwareDatetime, Field, ValidationError, model_validator

from tasks import home, lake, mistakes, warehouse
from tasks.errors import ConfigError, UsageError
from tasks.extract.fields import CHOICES
from tasks.period import PATTERN, Week
from tasks.settings import Institution
from tasks.stage import privacy
from tasks.stage.keys import Chain
from tasks.stage.rows import TIME
from tasks.tables import Table

TABLE = "corrected"
MOMENTS = ("created_at", "assigned_at", "contacted_at", "resolved_at", "reopened_at")
WORDS = ("kind", "visibility", "author_kind", "language")
FLAG = "needs_reply"
Text = Annotated[str, Field(min_length=1)]
#: A moment, or "": nobody knows it.
Moment = AwareDatetime | Annotated[str, Field(max_length=0)] | None
Word = str | None


class Fields(Table):
    """The columns that can be put right; those left out stay as they are."""

    created_at: AwareDatetime | None = None
    assigned_at: Moment = None
    contacted_at: Moment = None
    resolved_at: Moment = None
    reopened_at: Moment = None
    kind: Word = None
    visibility: Word = None
    author_kind: Word = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    needs_reply: bool | None = None


class Correction(Table):
    """One row that is known to be wrong."""

    institution: Text
    week: Annotated[str, Field(pattern=PATTERN.pattern)]
    item: Text
    was: Fields
    set: Fields = Fields()
    drop: bool = False
    reason: Text
    evidence: Text
    by: Text
    on: date

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if self.drop == bool(self.set.model_fields_set):
            raise ValueError("must say what to set, or drop = true, and not both")
        for name, allowed in CHOICES.items():
            if (value := getattr(self.set, name)) is not None and value not in allowed:
                raise ValueError(f"sets {name} to “{value}”; it can be {', '.join(allowed)}")
        if not self.was.model_fields_set or "" in self.was.model_dump().values():
            raise ValueError("must say in was = { … } what the row looks like now")
        return self


class File(Table):
    """The whole of it."""

    correction: tuple[Correction, ...] = ()


def load(institution: Institution) -> list[tuple[int, Correction]]:
    """An institution's corrections with their place in the file, from 1; raises ConfigError."""
    path = home.SQL / "corrections.toml"
    shown = "sql/corrections.toml"
    try:
        text = path.read_text(encoding="utf-8")
        listed = File.model_validate(mistakes.parsed(text)).correction
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown}: cannot be read as UTF-8 text ({error}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(mistakes.toml(shown, text, error)) from None
    except ValidationError as error:
        raise ConfigError(mistakes.explain(File, shown, text, error)) from None
    found = [(place, one) for place, one in enumerate(listed, 1) if one.institution == institution.slug]
    items: set[str] = set()
    for place, one in found:
        where = f"{shown}: correction #{place}"
        if one.item in items:
            raise ConfigError(f"{where} is about the same item as one before it; make one of them.")
        items.add(one.item)
        moved = one.set.created_at
        try:
            week = Week.parse(one.week, institution.zone)
        except UsageError as error:
            raise ConfigError(f"{where}: {error}") from None
        if moved and not week.start <= moved < week.end:
            raise ConfigError(f"{where} would move the message out of {one.week}; that cannot be done.")
    return found


def near(listed: Sequence[tuple[int, Correction]], week: Week) -> list[tuple[int, Correction]]:
    """Those that a week's staging reads: its own, and those of the week after, which explains replies."""
    names = (str(week), str(week.shift(1)))
    return [(place, one) for place, one in listed if one.week in names]


def put(
    db: warehouse.Connection, listed: Sequence[tuple[int, Correction]], week: Week, keys: Chain, there: Collection[str]
) -> None:
    """Make staging.correction for sql/staging/05_corrected.sql; ``there`` are the items that can be corrected."""
    rows = [_row(place, one, str(week)) | {"item_id": _called(one.item, keys, there)} for place, one in listed]
    warehouse.put(db, "staging.correction", pa.Table.from_pylist(rows, SCHEMA))


def _called(item: str, keys: Chain, there: Collection[str]) -> str:
    """What an item is called by now, where it was written down before keys were rotated."""
    names = (str(privacy.rekeyed(keys[since:], [item])[0]) for since in range(len(keys), 0, -1))
    return next((name for name in names if name in there), item)


def keep(db: warehouse.Connection | None, slug: str, week: Week, made_from: str) -> None:
    """Write which corrections of a week found their row; without any, there is no such partition."""
    found = None if db is None else db.table("staging.corrected").to_arrow_table()
    if found is None or not found.num_rows:
        lake.remove(TABLE, slug, str(week))
    else:
        lake.replace(TABLE, slug, str(week), found, made_from)


def told(slug: str, week: str) -> dict[str, Any]:
    """``{"applied": n, "left": [places in the file]}`` of a week; empty without any."""
    found = lake.read(TABLE, slug, week)
    if found is None:
        return {}
    rows = found.to_pylist()
    left = [row["place"] for row in rows if not row["applied"]]
    return {"applied": len(rows) - len(left), "left": left}


KINDS = {**dict.fromkeys(MOMENTS, TIME), **dict.fromkeys(WORDS, pa.string()), FLAG: pa.bool_()}
SCHEMA = pa.schema(
    [
        ("place", pa.int32()),
        ("item_id", pa.string()),
        ("here", pa.bool_()),
        ("drops", pa.bool_()),
        *((f"was_{name}", kind) for name, kind in KINDS.items()),
        *((f"sets_{name}", pa.bool_()) for name in KINDS),
        *((f"new_{name}", kind) for name, kind in KINDS.items()),
    ]
)


def _row(place: int, one: Correction, week: str) -> dict[str, Any]:
    row: dict[str, Any] = {"place": place, "item_id": one.item, "here": one.week == week, "drops": one.drop}
    for name in KINDS:
        value: str | bool | datetime | None = getattr(one.set, name)
        row |= {
            f"was_{name}": getattr(one.was, name),
            f"sets_{name}": name in one.set.model_fields_set,
            f"new_{name}": None if value == "" else value,
        }
    return row
