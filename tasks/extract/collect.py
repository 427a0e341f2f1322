"""One source collected: answers are landed, then the window is noted, and last of all the cursor moves.

A process may die anywhere in between: what was landed stays, is recognised when it comes again, and the cursor has not
moved past anything that was not landed. What goes wrong is told in the window, and no other source hears of it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tasks import durable, holding, home
from tasks.errors import SourceError, WeerklankError
from tasks.extract import exchange, landing, sources, windows
from tasks.extract.alone import alone
from tasks.extract.asking import Ask, Reached
from tasks.extract.cursor import Cursor, Cursors
from tasks.extract.envelope import Envelope
from tasks.extract.http.client import Client
from tasks.extract.http.faults import BadAnswer, WaitUntil
from tasks.extract.known import Known
from tasks.extract.posts import Posts
from tasks.extract.sources.table import Listened

log = logging.getLogger(__name__)
#: How many answers that could not be used are kept for a person to look at.
MOST_REFUSED = 100
#: So many files become durable at once.
TOGETHER = 128


@dataclass(slots=True)
class Outcome:
    """What became of one collection."""

    pages: int = 0
    items: int = 0
    refused: int = 0
    position: dict[str, Any] | None = None
    reason: str = ""
    again_at: datetime | None = None
    whole: bool = False
    #: (Message-ID, status code) of our own mails that came back.
    returned: list[tuple[str, str]] = field(default_factory=list)
    spent: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """``complete``, ``partial`` (some of it came), ``failed``."""
        return "complete" if self.whole else "partial" if self.pages or self.position is not None else "failed"

    def as_json(self) -> dict[str, Any]:
        told = {"status": self.status, "pages": self.pages, "items": self.items, "refused": self.refused}
        told |= {"reason": self.reason} if self.reason else {}
        told |= {"again_at": self.again_at.isoformat()} if self.again_at else {}
        return told | {"spent": self.spent}


def live(slug: str, source: Listened, client: Client, cursors: Cursors, *, until: datetime) -> Outcome:
    """Collect what is new since the last collection, up to ``until``."""
    with alone(home.landing(slug, source.id)):
        cursor = cursors.read(slug, source.id)
        since = cursor.moved_at or until - timedelta(days=source.first_days)
        if since >= until:
            return Outcome(whole=True)
        client.closed_until = client.closed_until or cursor.closed_until
        begin = min(since, until - timedelta(days=source.sweep_days))
        try:
            with holding.shared(slug):  # nothing leaves while it is read
                known = Known.of(slug, source, begin, since, until)
        except SourceError as error:
            windows.note(slug, source.id, since, until, "failed", str(error))
            raise
        find = Posts(slug, source.id).find
        found = _run(slug, source, client, Ask(source, since, until, known, cursor.position, find=find))
        windows.note(slug, source.id, since, until, found.status, found.reason)
        position = cursor.position if found.position is None else found.position
        moved_at = until if found.whole else since  # where a first collection began stays its beginning
        cursors.move(slug, source.id, Cursor(position, moved_at, found.again_at))
        return found


def past(slug: str, source: Listened, client: Client, *, start: datetime, end: datetime) -> Outcome:
    """Collect what is missing of [start, end) by its times alone; no cursor is read and none moves."""
    with alone(home.landing(slug, source.id)):
        missing = windows.missing(slug, source.id, start, end)
        if not missing:
            return Outcome(whole=True)
        since, until = missing[0][0], missing[-1][1]
        with holding.shared(slug):
            known = Known.of(slug, source, since, since, until)
        find = Posts(slug, source.id).find
        found = _run(slug, source, client, Ask(source, since, until, known, live=False, find=find))
        for stretch in missing:
            windows.note(slug, source.id, *stretch, found.status, found.reason)
        return found


def _run(slug: str, source: Listened, client: Client, ask: Ask) -> Outcome:
    """Land all that a source gives, until it is done or something is in the way."""
    found = Outcome()
    with holding.shared(slug), durable.Together() as together:  # all is durable before any cursor moves
        try:
            for one in sources.KINDS[source.type].fetch(ask, client):
                if isinstance(one, Reached):
                    found.position = one.position
                    continue
                _land(slug, source, ask, one, client, found, together)
                if deliveries := getattr(sources.KINDS[source.type], "deliveries", None):
                    found.returned += deliveries(one)
                if len(together) >= TOGETHER:
                    together.commit()
            found.whole = True
        except WeerklankError as error:
            found.reason = client.credentials.redact(str(error))
            if isinstance(error, WaitUntil):
                found.again_at = error.moment
            if isinstance(error, BadAnswer):
                _keep_aside(slug, source, error, client)
        except sources.SHAPES as error:  # what comes from outside has any shape
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.warning("%s: %s at %s:%s", source.id, type(error).__name__, place.filename, place.lineno)  # no words
            found.reason = sources.other_shape(source, error)
    found.spent = client.spent.as_json()
    return found


def _land(
    slug: str,
    source: Listened,
    ask: Ask,
    answer: Envelope,
    client: Client,
    found: Outcome,
    together: durable.Together,
) -> None:
    """Keep an answer, unless there is nothing in it, or nothing that is not known."""
    read = exchange.judged(sources.parsed(source.type, answer, source.id, source))
    if not ask.known.says_more(read) and not read.refused:
        return
    data = client.credentials.redact(answer.data().decode()).encode()  # some servers give a token back
    landing.land(
        slug,
        source.id,
        f"{source.type}:{answer.stream}",
        data,
        fetched_at=client.time.now(),
        seen_from=ask.since,
        format=sources.format_of(source.type),
        items=read,
        headers={name: client.credentials.redact(value) for name, value in answer.headers.items()},
        together=together,
    )
    found.pages += 1
    found.items += len(read.lines)
    found.refused += len(read.refused)


def _keep_aside(slug: str, source: Listened, error: BadAnswer, client: Client) -> None:
    """An answer that cannot be used, for a person to look at: its beginning, without our secrets."""
    folder = home.landing(slug, source.id) / "refused"
    head = error.head.decode("utf-8", "replace")
    told = {"url": error.url, "status": error.status, "reason": str(error), "head": head}
    data = client.credentials.redact(json.dumps(told, ensure_ascii=False, indent=1)).encode()
    if not folder.is_dir() or len(list(folder.iterdir())) < MOST_REFUSED:
        durable.write_bytes(folder / f"{hashlib.sha256(data).hexdigest()[:16]}.json", data, mode=0o600)
