"""The types of source there are: one module each, named in `KINDS` and `AnySource`. docs/sources tells how to add one.

This is read whenever an institution's file is, so modules import at their top only what is light.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from tasks.extract import envelope, exchange
from tasks.extract.asking import Item, Kind
from tasks.extract.fields import BadLine
from tasks.extract.sources import (
    bluesky,
    chatwoot,
    facebook,
    feed,
    freshdesk,
    google_business,
    hubspot,
    instagram,
    linkedin,
    mail,
    mastodon,
    reddit,
    salesforce,
    topdesk,
    trustpilot,
    x,
    youtube,
    zendesk,
)
from tasks.extract.sources.table import Given, Listened, Source

KINDS: dict[str, Kind] = {
    "mastodon": mastodon,
    "bluesky": bluesky,
    "x": x,
    "reddit": reddit,
    "feed": feed,
    "youtube": youtube,
    "facebook": facebook,
    "instagram": instagram,
    "linkedin": linkedin,
    "mail": mail,
    "zendesk": zendesk,
    "freshdesk": freshdesk,
    "chatwoot": chatwoot,
    "topdesk": topdesk,
    "hubspot": hubspot,
    "salesforce": salesforce,
    "google_business": google_business,
    "trustpilot": trustpilot,
}
AnySource = Annotated[
    Given
    | mastodon.Table
    | bluesky.Table
    | x.Table
    | reddit.Table
    | feed.Table
    | youtube.Table
    | facebook.Table
    | instagram.Table
    | linkedin.Table
    | mail.Table
    | zendesk.Table
    | freshdesk.Table
    | chatwoot.Table
    | topdesk.Table
    | hubspot.Table
    | salesforce.Table
    | google_business.Table
    | trustpilot.Table,
    Field(discriminator="type"),
]
#: What a parser meets when an answer has another shape than the source promises.
SHAPES = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OverflowError)


__all__ = ["KINDS", "SHAPES", "AnySource", "Source"]


def other_shape(source: Source, error: Exception) -> str:
    """What is told of an answer that met one of ``SHAPES``: no word of the answer."""
    return f"{source.id}: an answer has another shape than {source.type} promises ({type(error).__name__})."


def format_of(kind: str) -> str:
    """What a page of this type of source is landed as."""
    return f"{kind}/{KINDS[kind].VERSION}"


def current(format: str) -> str:  # noqa: A002 the manifest's own word
    """The same format by today's parser; one that nobody reads any more stays as it is."""
    kind = format.partition("/")[0]
    return format_of(kind) if kind in KINDS else format


def items(page: Any, data: bytes, sources: Mapping[str, Source]) -> exchange.Items:
    """What a landed page holds, whatever its format; ``sources`` are the institution's, by id."""
    if page.format == exchange.FORMAT:
        return exchange.read(data)
    if not data.strip():
        return exchange.judged(())
    kind = page.format.partition("/")[0]
    if kind not in KINDS:
        return exchange.judged([BadLine(f"nothing here reads pages of {kind} any more")])
    return exchange.judged(parsed(kind, envelope.read(data), page.source, sources.get(page.source)))


def parsed(kind: str, answer: envelope.Envelope, source_id: str, source: Source | None) -> Iterator[Item]:
    """The items of an answer, with their source, and told who of the authors are ours."""
    ours = _ours(kind, source)
    found = KINDS[kind].parse(_with_table(answer, source))
    while True:
        try:
            one = next(found)
        except StopIteration:
            return
        except SHAPES as error:
            yield BadLine(f"the answer has another shape than {kind} promises ({type(error).__name__})")
            return
        if not isinstance(one, BadLine):
            one.setdefault("source", source_id)  # a ticket may tell of a post elsewhere
            if (author := one.get("author")) and (who := ours.get(str(author).lower())):
                one["author_kind"] = who
        yield one


def ours(all_sources: Iterable[Source]) -> str:
    """Who speaks for us, and what else of its table a parser needs, of all sources: what staging depends on. Empty
    where nobody is named.
    """
    told = {one.id: {**_ours(one.type, one), **one.reading()} for one in all_sources if isinstance(one, Listened)}
    return json.dumps({name: who for name, who in told.items() if who}, sort_keys=True) if any(told.values()) else ""


def _with_table(answer: envelope.Envelope, source: Source | None) -> envelope.Envelope:
    """The answer with what of today's table its parser needs."""
    told = source.reading() if isinstance(source, Listened) else {}
    return replace(answer, about={**answer.about, "table": told}) if told else answer


def _ours(kind: str, source: Source | None) -> dict[str, str]:
    """Who speaks for us, by handle."""
    if not isinstance(source, Listened):
        return {}
    lists = (("staff", source.staff), ("own", source.accounts))
    return {KINDS[kind].handle(account, source): who for who, accounts in lists for account in accounts}
