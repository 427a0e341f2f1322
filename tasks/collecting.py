"""The steps of the hourly run: which sources are due, collect each, and tell who waits. Staging is `tasks.steps`'.

What the DAG `collect_mentions` and the command line call; plain values in and out, as everywhere.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tasks import home, settings
from tasks.errors import SourceError, UsageError
from tasks.extract.sources.table import Files, Listened, Source
from tasks.period import Week, now

if TYPE_CHECKING:
    from tasks.deliver.smtp import Server
    from tasks.extract.http.credentials import Credentials

log = logging.getLogger(__name__)
HOURLY = 60
#: A source that was not read for longer is told, however seldom it is asked.
UNREAD = timedelta(hours=24)


def listened(institution: settings.Institution) -> tuple[Listened, ...]:
    """The sources that are asked over the network and switched on."""
    return tuple(one for one in institution.sources if isinstance(one, Listened))


def collected(institution: settings.Institution) -> tuple[Source, ...]:
    """The sources that the hourly run looks at: those that are listened to, and those with an inbox."""
    return tuple(one for one in institution.sources if isinstance(one, Listened) or _has_inbox(one))


def _has_inbox(source: Source) -> bool:
    return isinstance(source, Files) and source.inbox


def every_minutes(institution: settings.Institution) -> int:
    """How often somebody must look: as often as the most impatient source wants."""
    return min((one.every_minutes for one in listened(institution)), default=HOURLY)


def plan(
    slug: str, *, clock: datetime, run_type: str, start: datetime | None, end: datetime | None, only: str | None = None
) -> dict[str, Any]:
    """Which sources this run asks, and for what.

    Returns {"sources": ids, "week": to stage, "past": [start, end] of a backfill or None, "wait_until": up to when a
    source that is closed may be waited for}. A scheduled run asks who is due; one by hand asks everybody, or ``only``.
    """
    institution = settings.load(slug)
    there = collected(institution)
    if only and only not in [one.id for one in there]:
        known = ", ".join(one.id for one in there) or "none"
        raise UsageError(f"{slug} has no source “{only}” that is listened to or has an inbox; there are: {known}.")
    if run_type == "backfill" and start and end:
        sources = [one.id for one in there if isinstance(one, Listened) and one.HISTORY]
        past: list[str] | None = [start.isoformat(), end.isoformat()]
        staged = Week.containing(start, institution.zone)
    else:
        past, staged = None, Week.containing(institution.institution.clock or clock, institution.zone)
        between = timedelta(minutes=every_minutes(institution))
        sources = [one.id for one in there if run_type == "manual" or _is_due(slug, one, clock, between)]
    return {
        "sources": [one for one in sources if only in (None, one)],
        "week": str(staged),
        "past": past,
        "wait_until": (clock + timedelta(minutes=every_minutes(institution))).isoformat(),
    }


def _is_due(slug: str, source: Source, clock: datetime, between_runs: timedelta) -> bool:
    """Whether it is time to ask again: to the nearest run, as runs come late or early, and asking takes its time. An
    inbox always is.
    """
    from tasks.extract.cursor import Cursors

    if not isinstance(source, Listened):
        return True
    cursor = Cursors(home.ledger_url(), now).read(slug, source.id)
    if cursor.closed_until and cursor.closed_until > clock:
        return False
    if cursor.asked_at is None or (cursor.closed_until and cursor.asked_at < cursor.closed_until):
        return True  # never asked, or it is open again after it had closed
    return clock - cursor.asked_at >= timedelta(minutes=source.every_minutes) - between_runs / 2


def collect(slug: str, run: dict[str, Any], source_id: str, credentials: Credentials | None = None) -> dict[str, Any]:
    """One source of a run: what is new, or in a backfill what is missing; returns as `collect_source`.

    Raises SourceError, with everything written down, when nothing came and waiting is no remedy.
    """
    if run["past"]:
        start, end = (datetime.fromisoformat(moment) for moment in run["past"])
        told = collect_past(slug, source_id, start, end, credentials)
    else:
        told = collect_now(slug, source_id, credentials)
    if told["status"] == "failed" and "again_at" not in told:
        raise SourceError(told["reason"])
    if told["status"] != "complete":
        log.warning("%s: %s", told["status"], told["reason"])
    return told


def collect_now(slug: str, source_id: str, credentials: Credentials | None = None) -> dict[str, Any]:
    """What is new at one source, or lies in its inbox; returns as `collect_source`."""
    if any(one.id == source_id and _has_inbox(one) for one in settings.load(slug).sources):
        return take_in(slug, source_id)
    return collect_source(slug, source_id, credentials)


def take_in(slug: str, source_id: str, *, clock: Callable[[], datetime] = now) -> dict[str, Any]:
    """Take in what lies in a source's inbox; returns as `collect_source`, with the files that were refused.

    One that cannot be read is put aside with the reason, and keeps nothing from the others.
    """
    from tasks.imports import inbox

    institution = settings.load(slug)
    source = next((one for one in institution.sources if one.id == source_id), None)
    if not (isinstance(source, Files) and source.inbox):
        raise UsageError(f"{slug} has no source “{source_id}” with inbox = true.")
    found = inbox.take_in(institution, source, clock=clock())
    for name in found.refused:
        log.warning("%s: %s was refused; %s says why", source_id, name, f"refused/{name}.txt")
    return {"source": source_id} | found.as_json()


def collect_source(
    slug: str, source_id: str, credentials: Credentials | None = None, *, clock: Callable[[], datetime] = now
) -> dict[str, Any]:
    """Collect what is new at one source since it was collected last.

    Returns {"source", "status": complete, partial or failed, "pages", "items", "refused", "reason", "spent"}; with
    "again_at" when the source lets nobody in before that moment. Credentials come from an Airflow connection, or else
    from the environment.
    """
    from tasks.deliver.ledger import Ledger
    from tasks.extract import collect as collecting
    from tasks.extract import connect
    from tasks.extract.cursor import Cursors

    source = named(settings.load(slug), source_id)
    with connect.client(source, credentials or own_credentials(slug, source_id)) as client:
        found = collecting.live(slug, source, client, Cursors(home.ledger_url(), clock), until=clock())
    if found.returned:
        ledger = Ledger(home.ledger_url(), clock)
        changed = sum(ledger.came_back(slug, message_id, code) for message_id, code in found.returned)
        log.warning("%s: %d mails of ours came back; ./weerklank deliveries names them", source_id, changed)
    return {"source": source_id} | found.as_json()


def collect_past(
    slug: str, source_id: str, start: datetime, end: datetime, credentials: Credentials | None = None
) -> dict[str, Any]:
    """Collect what collections missed of a stretch of time; no cursor is read and none moves. Returns as above."""
    from tasks.extract import collect as collecting
    from tasks.extract import connect

    source = named(settings.load(slug), source_id)
    with connect.client(source, credentials or own_credentials(slug, source_id)) as client:
        found = collecting.past(slug, source, client, start=start, end=min(end, now()))
    return {"source": source_id} | found.as_json()


def unread(institution: settings.Institution, moment: datetime) -> dict[str, int | None]:
    """The sources of which no collection came to its end for long, and for how many hours; None: never."""
    from tasks.extract.cursor import Cursors

    cursors = Cursors(home.ledger_url(), now)
    found: dict[str, int | None] = {}
    for source in listened(institution):
        read = cursors.read(institution.slug, source.id).moved_at
        if read is None:
            found[source.id] = None
        elif moment - read > max(UNREAD, 3 * timedelta(minutes=source.every_minutes)):
            found[source.id] = int((moment - read).total_seconds() // 3600)
    return found


def named(institution: settings.Institution, source_id: str) -> Listened:
    """A source by its id; raises UsageError when none of that name is listened to."""
    source = next((one for one in institution.sources if one.id == source_id), None)
    if not isinstance(source, Listened):
        slug = institution.slug
        raise UsageError(f"{slug} has no source “{source_id}” that is listened to; ./weerklank source list {slug}")
    return source


def own_credentials(slug: str, source_id: str) -> Credentials:
    """What the environment has for a source."""
    from tasks.extract.http.credentials import from_environment

    return from_environment(slug, source_id)


def tell(slug: str, *, server: Server | None = None, clock: Callable[[], datetime] = now) -> dict[str, str]:
    """Mail who waits to those who can answer, each item once; nothing where `[digest]` is off.

    Without a ``server`` (an Airflow connection), ``WEERKLANK_SMTP`` decides, or else this machine's own mail server.
    """
    from tasks.deliver import smtp
    from tasks.digest import tell as telling

    institution = settings.load(slug)
    if not institution.digest.enabled:
        return {}
    own = server or smtp.Server.from_url(os.environ.get("WEERKLANK_SMTP") or "smtp://127.0.0.1:25")
    return telling.tell(institution, institution.institution.clock or clock(), server=own, clock=clock)


def untold(slug: str, *, clock: Callable[[], datetime] = now) -> list[tuple[str, str]]:
    """What `tell` would mail now, to whom and as plain text; nothing is written down but that somebody looked."""
    from tasks.digest import tell as telling

    institution = settings.load(slug)
    return telling.drafts(institution, institution.institution.clock or clock())
