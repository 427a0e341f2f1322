"""Column maps: how a tool's export is read. One TOML file each in ``config/maps``.

``<institution>.<name>.toml`` is an institution's own, ``<name>.toml`` is for everybody. What a map leaves open (how the
file is written, the order of its dates) is found out of the file, or asked.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, ValidationError, create_model, field_validator, model_validator

from tasks import home, mistakes
from tasks.errors import ConfigError
from tasks.extract.fields import CASE, CHOICES, FIELDS, MOMENTS, NUMBERS, BadLine
from tasks.privacy import secrets
from tasks.tables import SLUG, Identifier, Table, Text, Zone

if TYPE_CHECKING:
    from pathlib import Path

#: Raise it when the same file and map must give other items: files are then read again where they are handed in again.
VERSION = 1
Order = Literal["dmy", "mdy", "ymd", "excel", "epoch"]
Delimiter = Literal[";", ",", "\t", "|"]
Encoding = Literal[
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-15", "cp850", "mac_roman"
]
#: A column by its heading. Several together: a day and a time.
Heading = Annotated[str, Field(min_length=1, max_length=200)]
Columns = Heading | Annotated[tuple[Heading, ...], Field(min_length=1, max_length=6)]
#: What a column or a constant may fill, in the order of the exchange format.
FILLED = (*(field.key for field in FIELDS if field.key != "case"), *CASE)
#: The value of a column that no other entry of its [values] names.
OTHER = "*"
Value = StrictBool | float | str


class File(Table):
    """``[file]``: how it is written; what is left out is found in the file."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    #: Lines above the headings.
    skip: Annotated[int, Field(ge=0, le=100)] | None = None
    sheet: Text | None = None


class Time(Table):
    """``[time]``: how moments are written, and what those mean that the clock makes unclear."""

    order: Order | None = None
    #: Of moments without an offset; else the institution's.
    zone: Zone | None = None
    #: An hour that came twice: its first (summer time), its second, or set the row aside.
    twice: Literal["first", "second", "refuse"] = "first"
    #: An hour that never was: read by the clock that was not put forward yet, or set aside.
    missing: Literal["forward", "refuse"] = "forward"
    #: The time of what is only a day; without it such rows are set aside.
    day_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None


class People(Table):
    """``[people]``: authors who are ours."""

    own: tuple[Text, ...] = ()
    staff: tuple[Text, ...] = ()


def _possible(always: dict[str, Value]) -> dict[str, Value]:
    for key, value in always.items():
        field = next((one for one in FIELDS if one.key == key), None)
        if field is None or key in ("id", *MOMENTS):
            raise ValueError(f"{key} cannot be the same for every row")
        try:
            field.read(value, key)
        except BadLine as error:
            raise ValueError(str(error)) from None
    return always


_columns: dict[str, Any] = dict.fromkeys(FILLED, (Columns | None, None))
Filled = create_model("Filled", __base__=Table, __doc__="``[column]``: which heading fills which field.", **_columns)


class Map(Table):
    """One file in ``config/maps``."""

    #: What it is for, in words; shown to people.
    about: Text | None = None
    #: Whether anybody ever read a real export with it.
    seen: StrictBool = True
    #: The [[source]] that the rows belong to; else the one that is named when the file is handed in.
    source: Identifier | None = None
    decimal: Literal[",", "."] | None = None
    #: Columns that together tell rows apart, where there is no id, or a spreadsheet ruined it.
    made_id: Annotated[tuple[Heading, ...], Field(max_length=10)] = ()
    file: File = File()
    time: Time = Time()
    column: Filled
    always: Annotated[dict[str, Value], AfterValidator(_possible)] = Field(default_factory=dict)
    values: dict[str, dict[str, Value]] = Field(default_factory=dict)
    people: People = People()

    @field_validator("values")
    @classmethod
    def _of_fields(cls, values: dict[str, dict[str, Value]]) -> dict[str, dict[str, Value]]:
        for key, table in values.items():
            if key not in FILLED or key in ("id", "created_at"):
                raise ValueError(f"[values.{key}] is about no field whose values can be translated")
            for value in table.values():
                if key in CHOICES and value not in CHOICES[key]:
                    raise ValueError(f"[values.{key}] gives “{value}”; use one of {', '.join(CHOICES[key])}")
        return values

    @model_validator(mode="after")
    def _adds_up(self) -> Map:
        given = self.columns
        if "created_at" not in given:
            raise ValueError("[column] has no created_at: when was it written?")
        if ("id" in given) == bool(self.made_id):
            raise ValueError("needs either [column] id or made_id, the columns that tell rows apart")
        if any(key in given for key in CASE) and "case_id" not in given:
            raise ValueError("[column] names parts of a case, and no case_id")
        if unused := sorted(set(self.values) - set(given)):
            raise ValueError(f"[values.{unused[0]}] translates a column that [column] does not name")
        if both := sorted(set(self.always) & set(given)):
            raise ValueError(f"[always] and [column] both give {both[0]}")
        if self.source and ("source" in given or "source" in self.always):
            raise ValueError("names a source, and [column] or [always] another")
        return self

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The headings that fill each field, in the order of the exchange format."""
        given = self.column.model_dump(exclude_none=True)
        return {key: (one,) if isinstance(one, str) else tuple(one) for key in FILLED if (one := given.get(key))}

    @property
    def headings(self) -> set[str]:
        """Every heading that is read."""
        return {one for many in self.columns.values() for one in many} | set(self.made_id)

    @property
    def fingerprint(self) -> str:
        """The same for two maps that read every file alike."""
        told = self.model_dump_json(exclude={"about", "seen"})
        return hashlib.sha256(f"{VERSION} {told}".encode()).hexdigest()[:16]


#: Columns whose values are numbers.
DECIMALS = frozenset(NUMBERS)


def path(slug: str, name: str) -> Path:
    """An institution's own map of this name."""
    return home.MAPS / f"{slug}.{name}.toml"


def load(slug: str, name: str) -> Map:
    """A map by its name, the institution's own before everybody's; raises ConfigError with file, line and key."""
    if not SLUG.fullmatch(name):
        raise ConfigError(f"“{name}” is no name of a column map; they have lower-case letters, digits and _.")
    for file in (path(slug, name), home.MAPS / f"{name}.toml"):
        if file.exists():
            return read(file)
    known = ", ".join(names(slug)) or "none yet"
    raise ConfigError(
        f"There is no column map “{name}” for {slug} in config/maps; there are: {known}. "
        "./weerklank import INSTITUTION FILE --preview writes one."
    )


def names(slug: str) -> list[str]:
    """The maps that an institution can use."""
    return sorted({name for name, _ in _files(slug)})


def shared() -> Iterator[tuple[str, Map]]:
    """The maps that are for everybody."""
    for file in sorted(home.MAPS.glob("*.toml")):
        if "." not in file.stem:
            yield file.stem, read(file)


def _files(slug: str) -> Iterator[tuple[str, Path]]:
    for file in sorted(home.MAPS.glob("*.toml")):
        owner, _, name = file.stem.rpartition(".")
        if owner in ("", slug):
            yield name, file


def read(file: Path) -> Map:
    """One map; raises ConfigError with file, line and key."""
    shown = home.shown(file)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown}: cannot be read as UTF-8 text ({error}).") from None
    return parsed(shown, text)


def parsed(shown: str, text: str) -> Map:
    """A map's text; ``shown`` is how messages name it."""
    secrets.refuse(shown, text)
    try:
        data: Mapping[str, Any] = mistakes.parsed(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(mistakes.toml(shown, text, error)) from None
    try:
        return Map(**data)
    except ValidationError as error:
        raise ConfigError(mistakes.explain(Map, shown, text, error)) from None
