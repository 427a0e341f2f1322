"""A new key: everything that is stored is re-keyed from what it was, so that threads and unique authors hold.

    var/privacy/<slug>/rotation/begun.json    how many keys there were, and what was named by them; gone after

Killed anywhere, the same command ends it. Nobody stages meanwhile, and staging itself makes the lake anew.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks import durable, home, quoted
from tasks.desk.book import Book as Desk
from tasks.digest.book import Book
from tasks.errors import UsageError
from tasks.extract import landing
from tasks.period import Week
from tasks.privacy import plan, records, state
from tasks.privacy.pages import Landed
from tasks.quality import labels, sample
from tasks.settings import Institution
from tasks.stage import erased, keys, privacy, settled

BEGUN = "begun.json"
#: By week, what the words of an item were called when somebody labelled it; by item.
TextKeys = dict[str, dict[str, str]]


def rotate(institution: Institution, at: str) -> dict[str, Any]:
    """Add a key and re-key everything with it; returns what was done. Raises UsageError where that cannot be."""
    slug = institution.slug
    if keys.is_demo(institution):
        raise UsageError(f"{slug}: the key of made-up people is public; there is nothing to rotate.")
    if waiting := plan.unfinished(slug):
        raise UsageError(f"{slug}: the erasure {waiting[0].receipt} was begun and not ended. End it first.")
    folder = home.privacy(slug) / "rotation"
    state.clear_strays(slug)
    begun = _begun(folder) or _begin(institution, folder)
    made_with = int(begun["keys"])
    if len(keys.chain(institution)) == made_with:
        durable.create_once(home.key_file(slug, made_with + 1), os.urandom(32), mode=0o600)
    landed = Landed(institution)
    now = landed.keys
    pages = _pages(landed)
    erased.rekey(slug, now)
    keys.mark(slug, now)
    weeks = landed.stage()
    records.carry(institution, folder, lambda item: str(privacy.rekeyed(now[made_with:], [item])[0]))
    _rename(slug, begun["named"], now[made_with:])
    moved = _labels(institution, begun["labels"], now[made_with:])
    done = {"at": at, "keys": len(now), "check": keys.check(now), "pages": pages, "weeks": weeks, "labels": moved}
    durable.write_bytes(home.privacy(slug) / f"rotated-{len(now)}.json", json.dumps(done, indent=1).encode())
    shutil.rmtree(folder)
    return done


def under_way(slug: str) -> bool:
    """Whether a rotation was begun and not ended."""
    return (home.privacy(slug) / "rotation" / BEGUN).exists()


def _begun(folder: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads((folder / BEGUN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told


def _begin(institution: Institution, folder: Path) -> dict[str, Any]:
    landed = Landed(institution)
    landed.stage()
    records.note(institution, folder)
    labelled = _text_keys(institution, labelled=_labelled(institution.slug))
    begun = {"keys": len(landed.keys), "labels": labelled, "named": _named(institution.slug)}
    durable.write_bytes(folder / BEGUN, json.dumps(begun).encode(), mode=0o600)
    return begun


def _named(slug: str) -> list[str]:
    """The pseudonyms that the ledger's database knows items and cases by, and those of what editions quote."""
    url = home.ledger_url()
    return sorted({*Book(url).items(slug), *Desk(url).names(slug), *quoted.named(slug)})


def _rename(slug: str, named: list[str], later: keys.Chain) -> None:
    names = {old: str(new) for old, new in zip(named, privacy.rekeyed(later, named), strict=True)}
    Book(home.ledger_url()).rename(slug, names)
    Desk(home.ledger_url()).rename(slug, names)
    quoted.rename(slug, names)


def _pages(landed: Landed) -> int:
    """Re-key the rows of every page; its content is what it was."""
    count = 0
    for page in landed.pages():
        if page.page.rows:
            raw = page.data if page.page.raw_name else None
            rows = settled.pack(landed.keys, *page.gone)
            landing.replace(landed.slug, page.page, raw, rows, edited=page.page.edited, origin=page.page.origin)
            count += 1
    return count


def _labelled(slug: str) -> dict[str, set[str]]:
    return {week: {one.item_id for one in labels.read(slug, week)} for week in labels.weeks(slug)}


def _text_keys(institution: Institution, labelled: dict[str, set[str]]) -> TextKeys:
    """What the words of these items are called by the keys of today; empty where they cannot be read any more."""
    found: TextKeys = {}
    for week, items in labelled.items():
        with sample.readable(institution, Week.parse(week, institution.zone)) as db:
            known = {row["item_id"]: row["text_key"] for row in sample.query(db, "words").to_pylist()}
        found[week] = {item: known.get(item, "") for item in sorted(items)}
    return found


def _labels(institution: Institution, before: TextKeys, later: keys.Chain) -> int:
    """Let every answer speak of its item by its new name; it counts if it counted before."""
    slug, moved = institution.slug, 0
    renamed = {
        week: {item: str(new) for item, new in zip(items, privacy.rekeyed(later, list(items)), strict=True)}
        for week, items in before.items()
    }
    now = _text_keys(institution, {week: set(names.values()) for week, names in renamed.items()})
    for week, names in renamed.items():
        for one in labels.read(slug, week):
            if one.item_id not in names:
                continue
            item = names[one.item_id]
            text_key = now[week][item] if one.text_key == before[week][one.item_id] else ""
            labels.save(slug, week, replace(one, item_id=item, text_key=text_key))
            labels.forget(slug, week, one.labeller, one.item_id)
            moved += 1
    return moved
