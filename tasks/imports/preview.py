"""A file looked at before anything of it is kept: how it is written, which column is what, what would be set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.errors import ConfigError, UsageError, printable
from tasks.imports import column_map, guess, resolve, rows, take, written
from tasks.imports.column_map import File, Map, Order
from tasks.imports.rows import Page
from tasks.settings import Institution

SAMPLE = 2_000
EXAMPLES = 3
#: A column with more different values is not one of kinds.
MOST_VALUES = 30
#: Of the ids, so many may be ruined before none is believed.
FEW_RUINED = 0.5


@dataclass(slots=True)
class Preview:
    """What was understood of a file. ``questions``: what a person must say before it can be taken in."""

    path: Path
    kind: str
    headings: list[str]
    mapped: Map
    like: str | None
    examples: dict[str, list[str]]
    unread: list[str]
    taken: take.Taken
    text: str
    told: list[str] = field(default_factory=list)


def look(institution: Institution, path: Path, name: str, *, order: Order | None = None, source: str | None = None,
         known: Map | None = None) -> Preview:  # fmt: skip
    """Understand a file; raises UsageError with the question where that needs a person."""
    shown = printable(str(path))
    with rows.opened(path, known.file if known else File()) as opened:
        headings, file = opened.headings, opened.file
        first = next(opened.pages(), Page(2, [], {}))
    sample = [row for row in first.rows if any(row)][:SAMPLE]
    if not sample:
        raise UsageError(f"{shown}: there are headings, and no rows under them.")
    like, mapped = (None, known) if known else _guessed(headings, sample, shown)
    update: dict[str, Any] = {"file": file, "source": _source(institution, mapped, source, name)}
    if order:
        update["time"] = mapped.time.model_copy(update={"order": order})
    told, mapped = _with_ids(mapped.model_copy(update=update), headings, sample)
    mapped = take.complete(path, _translated(mapped, headings, sample))
    if not mapped.time.zone:
        zone = institution.institution.timezone
        mapped = mapped.model_copy(update={"time": mapped.time.model_copy(update={"zone": zone})})
    if "rating" in mapped.columns and not {"rating_min", "rating_max"} <= {*mapped.columns, *mapped.always}:
        told.append(
            f"“{mapped.columns['rating'][0]}” has no scale: write rating_min = 1 and rating_max = 5 under [always], or "
            "what it is; until then it says nothing of the tone."
        )
    taken = _tried(institution, path, mapped)
    unread = [one for one in headings if one not in mapped.headings]
    text = written.text(mapped, institution.slug, name, unread, _few(mapped, headings, sample))
    column_map.parsed(f"config/maps/{institution.slug}.{name}.toml", text)  # what is written is what was understood
    examples = {one: _examples(headings.index(one), sample) for one in headings}
    return Preview(path, rows.kind_of(path), headings, mapped, like, examples, unread, taken, text, told)


def _guessed(headings: list[str], sample: Sequence[Sequence[str]], shown: str) -> tuple[str | None, Map]:
    """A ready-made map whose columns are all there, the one with most of them; or columns by name and content."""
    fitting = [(len(one.headings), name, one) for name, one in column_map.shared() if one.headings <= set(headings)]
    if fitting:
        _, name, mapped = max(fitting, key=lambda one: (one[0], one[1]))
        return name, mapped
    found = guess.columns(headings, sample)
    there = printable(", ".join(f"“{one}”" for one in headings[:40]))
    if "created_at" not in found:
        raise UsageError(
            f"{shown}: which column says when it was written? None has moments in it; there are: {there}. "
            "Write a map by hand (docs/import.md) if it is none of a usual shape."
        )
    told: dict[str, Any] = {key: many[0] if len(many) == 1 else many for key, many in found.items()}
    made_id: tuple[str, ...] = ()
    if "id" not in found:
        made_id = tuple(dict.fromkeys(guess.telling(found)))
    if "text" not in found and "title" not in found and "case_id" not in found and "rating" not in found:
        raise UsageError(
            f"{shown}: which column has the text? There are: {there}. Write a map by hand (docs/import.md)."
        )
    return None, Map(column=told, made_id=made_id)


def _source(institution: Institution, mapped: Map, named: str | None, name: str) -> str | None:
    if "source" in mapped.columns or "source" in mapped.always:
        return None
    return resolve.source_of(institution, mapped, named, name)


def _with_ids(mapped: Map, headings: list[str], sample: Sequence[Sequence[str]]) -> tuple[list[str], Map]:
    """Ids that a spreadsheet ruined are told, and not believed where they are many."""
    if "id" not in mapped.columns:
        return [], mapped
    place = headings.index(mapped.columns["id"][0])
    ids = [row[place] for row in sample]
    many = guess.ruined(ids)
    if not many:
        return [], mapped
    told = (
        f"{many:,} of the first {len(ids):,} ids in “{headings[place]}” were ruined by a spreadsheet (like "
        f"{next((one for one in ids if guess.ruined([one])), ids[0])}): what they were, nobody can tell any more. "
        "Export them as text, or import the original file rather than one that a spreadsheet saved."
    )
    made_id = tuple(dict.fromkeys(guess.telling(mapped.columns)))
    if many <= FEW_RUINED * len(ids) or not made_id:
        return [told, "The rows with such ids are set aside."], mapped
    left = {key: many[0] if len(many) == 1 else many for key, many in mapped.columns.items() if key != "id"}
    changed = mapped.model_copy(update={"column": column_map.Filled(**left), "made_id": made_id})
    told_made = "Until then rows are told apart by " + ", ".join(f"“{one}”" for one in made_id) + "."
    return [told, told_made], changed


def _translated(mapped: Map, headings: list[str], sample: Sequence[Sequence[str]]) -> Map:
    """With what the words for kinds mean, where the map does not say it yet. A word that we do not
    know for who may see a message means: nobody outside, as it could be a note among colleagues.
    """
    values = dict(mapped.values)
    for key, other in (("kind", "post"), ("visibility", "internal")):
        if key not in mapped.columns or key in values:
            continue
        place = headings.index(mapped.columns[key][0])
        words = sorted({row[place].strip() for row in sample if row[place].strip()})
        if len(words) <= MOST_VALUES:
            table: dict[str, column_map.Value] = {word: guess.meant(key, word) or other for word in words}
            values[key] = {**table, column_map.OTHER: other}
    return mapped.model_copy(update={"values": values})


def _few(mapped: Map, headings: list[str], sample: Sequence[Sequence[str]]) -> Mapping[str, list[str]]:
    found = {}
    for key in ("author_kind", "case_status"):
        if many := mapped.columns.get(key):
            words = sorted({row[headings.index(many[0])].strip() for row in sample} - {""})
            if len(words) <= MOST_VALUES:
                found[key] = words
    return found


def _examples(place: int, sample: Sequence[Sequence[str]]) -> list[str]:
    """The first different values of a column, as they are."""
    values = dict.fromkeys(row[place].strip() for row in sample)
    return [one for one in values if one][:EXAMPLES]


def _tried(institution: Institution, path: Path, mapped: Map) -> take.Taken:
    """What taking it in would give; nothing is kept."""
    taken = take.Taken(path)
    with rows.opened(path, mapped.file) as opened:
        source = mapped.source or str(mapped.always.get("source", ""))
        made = take.converter(mapped, opened.headings, source, institution)
        for first, data in take.Source(mapped, opened, made).pages():
            items = take.read(data)
            taken.items += len(items.lines)
            take.tell(taken, first, items)
    taken.ruined, taken.clock = made.ruined, Counter(made.moments.counts)
    return taken


def keep(institution: Institution, name: str, text: str) -> Path:
    """Write the map; raises ConfigError when one of this name is there already."""
    from tasks import durable

    path = column_map.path(institution.slug, name)
    if path.exists():
        raise ConfigError(
            f"config/maps/{path.name} is there already, and stays as it is. Remove it, or name another: --map NAME."
        )
    durable.write_bytes(path, text.encode())
    return path
