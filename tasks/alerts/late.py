"""What is wrong with last week's report at a moment: is it made, is it mailed, and can its figures be trusted?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from itertools import groupby

from tasks import checks, collecting, home, period
from tasks.alerts.found import Alert
from tasks.deliver import edition as editions
from tasks.deliver.ledger import Entry, Ledger
from tasks.errors import UsageError
from tasks.period import Week
from tasks.render import edition as made
from tasks.review import gate
from tasks.settings import Institution


def look(institution: Institution, moment: datetime) -> list[Alert]:
    """Everything to be told about the newest complete week; nothing before that week's report is due."""
    week = Week.newest_complete(moment, institution.zone)
    if moment < deadline(institution, week):
        return []
    ledger = Ledger(home.ledger_url(), period.now)
    entries = ledger.entries(institution.slug, str(week))
    return [
        *_findings(institution, week),
        *_mails(institution, week, entries),
        *_departed(institution, week),
        *_unread(institution, week, moment),
    ]


def deadline(institution: Institution, week: Week) -> datetime:
    """Monday 08:30 on the institution's clock, or as configured: holidays too, since Airflow knows none."""
    by = time.fromisoformat(institution.alerts.delivered_by)
    return datetime.combine(week.cutoff.date(), by, institution.zone)


def _findings(institution: Institution, week: Week) -> Iterator[Alert]:
    try:
        edition = editions.read(made.newest(institution.slug, str(week)), institution)
    except UsageError:  # there is none: `_mails` says so
        return
    found = sorted(checks.found(institution, edition.document), key=lambda one: (one.kind, one.about))
    for kind, same in groupby(found, key=lambda one: one.kind):
        yield Alert(str(week), kind, findings=tuple(same))


def _mails(institution: Institution, week: Week, entries: list[Entry]) -> Iterator[Alert]:
    state = {one.key.recipient: one.state for one in entries}  # the newest of each, as they are in order
    counted = {name: sum(state == name for state in state.values()) for name in ("sent", "unknown", "refused")}
    name = str(week)
    if not made.revisions(home.reports(institution.slug) / name):
        yield Alert(name, "not_made", (("by", institution.alerts.delivered_by),))
    elif not counted["sent"] and not counted["unknown"]:
        waits = _waits(institution, name)
        yield Alert(name, "waits" if waits else "not_mailed", (("by", institution.alerts.delivered_by),))
    elif pending := sum(one == "pending" for one in state.values()):
        yield Alert(name, "pending", (("n", pending),))
    for kind in ("unknown", "refused"):
        if counted[kind]:
            yield Alert(name, kind, (("n", counted[kind]),))


def _departed(institution: Institution, week: Week) -> Iterator[Alert]:
    """Readers whose time ended since the report before: somebody may have to take their place."""
    day, before = week.cutoff.date(), week.shift(-1).cutoff.date()
    gone = sum(before <= one.valid_to < day for one in institution.deliver.recipients)
    if gone:
        yield Alert(str(week), "departed", (("n", gone),))


def _unread(institution: Institution, week: Week, moment: datetime) -> Iterator[Alert]:
    """Sources of which no collection has come to its end for long: nobody should hear that on Monday only."""
    for name, hours in collecting.unread(institution, moment).items():
        if hours is not None:  # what was never read was perhaps added today
            yield Alert(str(week), "unread", (("source", name), ("hours", hours)))


def _waits(institution: Institution, week: str) -> bool:
    """Whether somebody has to let it go, and has not said no."""
    edition = editions.read(made.newest(institution.slug, week), institution)
    opened = gate.gate(institution, edition, period.now)
    return not opened.is_open and not opened.for_good
