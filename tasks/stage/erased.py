"""What was erased and must not come back: an export that overlaps an older one may hold the same items again.

    var/privacy/<slug>/<receipt>/erased.json     keyed hashes only: what an item was called, and what it is called now

An erased item keeps its place in its thread under a name that nothing leads to. Lines that bring it back add nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks import durable, home
from tasks.errors import SourceError
from tasks.stage import keys as keyring
from tasks.stage import privacy, rows
from tasks.stage.keys import Chain

FILE = "erased.json"
WORDS = ("text", "title")
#: What colleagues wrote of an item's case, and what stands for it when the item comes back.
TOLD, UNTOLD = ("case_cause", "case_action"), "…"
NAMES = ("item_id", "parent_id", "thread_id")


@dataclass(frozen=True, slots=True)
class Erased:
    """By the pseudonym that its native id would get, the name that an erased item, or its thread, has now."""

    named: Mapping[str, str]

    def apply(self, landed: pa.Table) -> pa.Table:
        """Rows (schema LANDED) in which erased items have their new names, no words and no author."""
        if not self.named:
            return landed
        again = pc.is_in(landed["item_id"], value_set=pa.array(self.named, pa.string()))
        for name in NAMES:
            landed = replaced(landed, name, self.named)
        if pc.any(again).as_py():
            for name in (*WORDS, "author_key", "accounts"):
                place = landed.schema.get_field_index(name)
                nothing = pa.nulls(landed.num_rows, landed.schema.field(name).type)
                landed = landed.set_column(place, landed.schema.field(name), pc.if_else(again, nothing, landed[name]))
            for name in TOLD:  # that something was told still counts, and who it names is not known here
                place = landed.schema.get_field_index(name)
                told = pc.if_else(pc.and_(again, pc.is_valid(landed[name])), UNTOLD, landed[name])
                landed = landed.set_column(place, landed.schema.field(name), told)
        return landed.cast(rows.LANDED)


def replaced(table: pa.Table, column: str, named: Mapping[str, str]) -> pa.Table:
    """A table with other names in a column of text, where there are any."""
    if not pc.any(pc.is_in(table[column], value_set=pa.array(named, pa.string()))).as_py():
        return table
    values = [one if one is None else named.get(one, one) for one in table[column].to_pylist()]
    return table.set_column(table.schema.get_field_index(column), column, pa.array(values, pa.string()))


def load(slug: str, keys: Chain) -> Erased:
    """All that was ever erased of an institution, by the keys of today."""
    named: dict[str, str] = {}
    for path in _files(slug):
        named |= _read(path, keys)
    return Erased(named)


def rekey(slug: str, keys: Chain) -> None:
    """Write it down by the keys of today."""
    for path in _files(slug):
        save(slug, path.parent.name, keys, _read(path, keys))


def _files(slug: str) -> list[Path]:
    return sorted(home.privacy(slug).glob(f"*/{FILE}"))


def _read(path: Path, keys: Chain) -> dict[str, str]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        made_with = int(told["keys"])
        pairs = list(told["items"].items())
        whole = told["check"] == keyring.check(keys[:made_with])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise SourceError(f"{path} is damaged or of other keys. Put it back from a back-up: who was erased may return.")
    old, new = (privacy.rekeyed(keys[made_with:], [pair[side] for pair in pairs]) for side in (0, 1))
    return dict(zip(map(str, old), map(str, new), strict=True))


def save(slug: str, receipt: str, keys: Chain, named: Mapping[str, str]) -> None:
    """Write down what one erasure renamed."""
    told = {"keys": len(keys), "check": keyring.check(keys), "items": dict(named)}
    data = json.dumps(told, sort_keys=True, indent=1).encode()
    durable.write_bytes(home.privacy(slug) / receipt / FILE, data, mode=0o600)
