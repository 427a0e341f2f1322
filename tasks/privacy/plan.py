"""An erasure that is under way: written down before anything is touched, so that a killed one can be ended.

    var/privacy/<slug>/<receipt>/plan.json               names to be, judgements that stay, editions; removed at the end
    var/privacy/<slug>/<receipt>/<week>.before.parquet   what first records looked like (tasks/privacy/records.py)
    var/privacy/<slug>/<receipt>/erased.json             what must not come back (tasks/stage/erased.py)
    var/privacy/<slug>/<receipt>/receipt.json            for the register; written last

Neither holds the handle: whoever ends a killed erasure gives it once more.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tasks import durable, home
from tasks.errors import SourceError
from tasks.privacy import editions, words
from tasks.privacy.editions import Affected, Rows
from tasks.privacy.find import Found
from tasks.privacy.pages import Landed
from tasks.privacy.person import Person
from tasks.stage import privacy

FILE, RECEIPT = "plan.json", "receipt.json"


@dataclass(frozen=True)
class Plan:
    """``person`` is a keyed hash of the source and handle; ``secret`` makes the new names and is gone with the plan.

    ``own`` are the items that lose their words, ``naming`` those of others that name the person; ``items`` all that get
    another name, threads named after them as well.
    """

    receipt: str
    person: str
    source: str
    by: str
    reference: str
    begun_at: str
    secret: str
    own: tuple[str, ...]
    naming: tuple[str, ...]
    items: dict[str, str]
    authors: dict[str, str]
    judged: dict[str, dict[str, Any]]
    quotes: tuple[str, ...]
    editions: tuple[Affected, ...]
    documents: dict[str, Rows]
    counts: dict[str, Any]
    pages_before: dict[str, list[str | None]]

    def folder(self, slug: str) -> Path:
        """Where everything about it is."""
        return home.privacy(slug) / self.receipt


@dataclass(frozen=True, slots=True)
class Quoted:
    """(source, quote) pairs as hashes keyed with what is thrown away: a killed erasure still knows them."""

    secret: bytes
    hashes: frozenset[str]

    @classmethod
    def of(cls, secret: bytes, quotes: Iterable[tuple[str, str]]) -> Quoted:
        """All of these."""
        return cls(secret, frozenset(_hash(secret, *one) for one in quotes))

    def __contains__(self, one: object) -> bool:
        """Whether it is one of them."""
        match one:
            case (str(source), str(quote)):
                return _hash(self.secret, source, quote) in self.hashes
        return False


def _hash(secret: bytes, source: str, quote: str) -> str:
    return hmac.digest(secret, f"{source}\0{quote}".encode(), "sha256").hex()[:24]


def keyed(landed: Landed, person: Person) -> str:
    """What a receipt calls the person: nobody without the institution's first key can tell who that is."""
    named = f"erased person:{person.source}:{person.plain.casefold()}"
    return hmac.digest(landed.keys[0], named.encode(), "sha256").hex()[:24]


def make(landed: Landed, person: Person, found: Found, *, by: str, reference: str, at: str) -> Plan:
    """What is to be done; nothing is written yet. The lake must be staged."""
    secret = os.urandom(32)
    judged = words.judgements(landed.slug, sorted(found.weeks))
    quotes = Quoted.of(secret, editions.excerpts(landed.institution, found.texts))
    wanted = editions.Wanted(person, quotes, found.items | found.naming)
    return Plan(
        receipt=f"{at[:10].replace('-', '')}-{os.urandom(4).hex()}",
        person=keyed(landed, person),
        source=person.source,
        by=by,
        reference=reference,
        begun_at=at,
        secret=secret.hex(),
        own=tuple(sorted(found.items)),
        naming=tuple(sorted(found.naming)),
        items=_renamed(secret, found.items | found.threads),
        authors=_renamed(secret, found.authors),
        judged={item: judged[item] for item in sorted(found.items) if item in judged},
        quotes=tuple(sorted(quotes.hashes)),
        editions=tuple(editions.affected(landed.slug, wanted)),
        documents=editions.documents(landed.slug, wanted),
        counts=counts(found),
        pages_before={
            page.page.sha256: [page.page.raw, page.page.rows]
            for page in landed.pages()
            if page.page.sha256 in {*found.own_lines, *found.other_lines, *found.own_rows, *found.other_rows}
        },
    )


def counts(found: Found) -> dict[str, Any]:
    """How much there is of what."""
    return {
        "items": len(found.items),
        "own_raw_lines": found.own_lines.total(),
        "own_rows": found.own_rows.total(),
        "other_raw_lines": found.other_lines.total(),
        "other_rows": found.other_rows.total(),
        "weeks": sorted(found.weeks),
    }


def save(slug: str, plan: Plan) -> None:
    """From here on the erasure is under way."""
    path = plan.folder(slug) / FILE
    durable.write_bytes(path, json.dumps(asdict(plan), indent=1).encode(), mode=0o600)
    path.parent.chmod(0o700)


def unfinished(slug: str) -> list[Plan]:
    """Erasures that were begun and not ended."""
    return [_read(path) for path in sorted(home.privacy(slug).glob(f"*/{FILE}"))]


def with_more(landed: Landed, person: Person, plan: Plan, found: Found) -> Plan:
    """The same with what was landed, measured and rendered since it was begun."""
    slug, secret = landed.slug, bytes.fromhex(plan.secret)
    more = Quoted.of(secret, editions.excerpts(landed.institution, found.texts))
    quotes = Quoted(secret, more.hashes | frozenset(plan.quotes))
    naming = tuple(sorted({*plan.naming, *found.naming}))
    wanted = editions.Wanted(person, quotes, {*plan.own, *naming, *found.items})
    seen = {one.name: one for one in plan.editions}
    for one in editions.affected(slug, wanted):  # what an edition was before, the plan knows
        was = seen.get(one.name, one)
        seen[one.name] = replace(was, rows=editions.both(was.rows, one.rows))
    known = set(plan.items.values())
    items = _renamed(secret, (found.items | found.threads) - known) | plan.items
    unjudged = found.items - plan.judged.keys()
    later = words.judgements(slug, sorted(found.weeks)) if unjudged else {}
    judged = {item: later[item] for item in sorted(unjudged) if item in later} | plan.judged
    authors = _renamed(secret, found.authors - set(plan.authors.values())) | plan.authors
    own = tuple(sorted({*plan.own, *(found.items - known)}))
    return replace(
        plan,
        own=own,
        naming=naming,
        items=items,
        authors=authors,
        judged=judged,
        quotes=tuple(sorted(quotes.hashes)),
        editions=tuple(seen[name] for name in sorted(seen)),
        documents=editions.documents(slug, wanted),
    )


def end(slug: str, plan: Plan, receipt: dict[str, Any]) -> None:
    """Write the receipt, and forget how the new names were made."""
    folder = plan.folder(slug)
    durable.write_bytes(folder / RECEIPT, (json.dumps(receipt, indent=1) + "\n").encode(), mode=0o600)
    (folder / FILE).unlink(missing_ok=True)


def ended(landed: Landed, person: Person) -> dict[str, Any] | None:
    """The newest receipt of a person; None when they were never erased."""
    mine, found = keyed(landed, person), []
    for path in home.privacy(landed.slug).glob(f"*/{RECEIPT}"):
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        found += [told] if told.get("person") == mine else []
    return max(found, key=lambda told: str(told["begun_at"]), default=None)


def _renamed(secret: bytes, names: set[str]) -> dict[str, str]:
    """Names that nothing leads to: hashes of what they were, keyed with what is thrown away."""
    listed = sorted(names)
    return dict(zip(listed, map(str, privacy.rekeyed((secret,), listed)), strict=True))


def _read(path: Path) -> Plan:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        told |= {name: tuple(told[name]) for name in ("own", "naming", "quotes")}
        told["editions"] = tuple(Affected(**one) for one in told["editions"])
        return Plan(**told)
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(f"{path} is damaged: an erasure that was begun cannot be ended. Put it back.") from None
