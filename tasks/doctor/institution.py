"""One institution: its file, its calendar, its part of the lake, its editions and its mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow.parquet as pq

from tasks import collecting, home, settings
from tasks.deliver.ledger import Ledger
from tasks.deliver.smtp import Server, reach
from tasks.doctor.finding import Finding, look
from tasks.errors import ConfigError
from tasks.extract import landing
from tasks.measure import calendar
from tasks.period import Week
from tasks.render import edition
from tasks.settings import Institution
from tasks.stage import keys

#: So many damaged partitions are named one by one.
NAMED = 3


def findings(slug: str, clock: datetime) -> Iterator[Finding]:
    """One finding for each thing that is this institution's own. ``clock``: the moment it is asked at, aware."""
    try:
        institution = settings.load(slug)
    except ConfigError as error:
        yield Finding("institution file", "fail", str(error), "Do what the message says, and look again.")
        return
    found = f"{institution.name}, {institution.institution.timezone}, {len(institution.sources)} sources"
    yield Finding("institution file", "ok", found)
    moment = institution.institution.clock or clock
    yield look("calendar", lambda: opening(institution, moment))
    if collecting.listened(institution):
        yield look("sources", lambda: sources(institution, clock))
    yield look("lake", lambda: lake(institution))
    yield look("personal data", lambda: personal(institution))
    yield look("newest edition", lambda: newest(institution, moment))
    yield look("deliveries", lambda: deliveries(institution, clock))


def opening(institution: Institution, clock: datetime) -> Finding:
    """Will somebody be on duty in the next four weeks?"""
    if not institution.hours:
        return Finding("calendar", "ok", "no opening hours: open time is calendar time")
    week = Week.containing(clock, institution.zone)
    days = week.monday, week.shift(4).monday
    stretches = calendar.stretches(institution, institution.hours, *days)
    hours = sum(((closes - opens).total_seconds() for opens, closes in stretches), 0.0) / 3600
    if not hours:
        remedy = "Look at valid_from and valid_to of every [[hours]], and at the closing days."
        return Finding("calendar", "fail", f"nobody is on duty from {days[0]} to {days[1]}", remedy)
    return Finding("calendar", "ok", f"{hours:.0f} open hours from {days[0]} to {days[1]}")


def sources(institution: Institution, clock: datetime) -> Finding:
    """Was every source that is listened to read of late?"""
    there = collecting.listened(institution)
    late = collecting.unread(institution, clock)
    if late:
        told = ", ".join(f"{name} not for {hours} h" if hours else f"{name} never" for name, hours in late.items())
        remedy = f"Its task in collect_mentions says why; ./weerklank source test {institution.slug} SOURCE tries it."
        return Finding("sources", "warn", f"of {len(there)} sources: {told}", remedy)
    return Finding("sources", "ok", f"{len(there)} sources were read within the last day")


def lake(institution: Institution) -> Finding:
    """Can every partition be read? Only the footers are, so years of history take a second."""
    parts = sorted(home.lake().glob(f"*/institution={institution.slug}/week=*/*.parquet"))
    damaged = []
    for path in parts:
        try:
            pq.read_metadata(path)
        except (OSError, ValueError):  # pyarrow's ArrowInvalid is a ValueError
            damaged.append(str(path.relative_to(home.lake())))
    if damaged:
        shown = ", ".join(damaged[:NAMED]) + (" …" if len(damaged) > NAMED else "")
        remedy = f"Remove it from {home.lake()} and run its week again: it is made anew from the raw pages."
        return Finding("lake", "fail", f"{len(damaged)} of {len(parts)} files are damaged: {shown}", remedy)
    if not parts:
        remedy = f"Run a week in Airflow, or ./weerklank import {institution.slug} FILE."
        return Finding("lake", "warn", "empty: nothing was collected yet", remedy)
    return Finding("lake", "ok", f"{len(parts)} files can be read")


def personal(institution: Institution) -> Finding:
    """Are the keys those of the data, was every erasure ended, and does retention run where it should?"""
    from tasks.privacy import plan, rotate

    slug = institution.slug
    count = len(keys.chain(institution)) if keys.is_demo(institution) or home.key_file(slug).exists() else 0
    if not count and any(home.lake().glob(f"mentions/institution={slug}/week=*/*.parquet")):
        remedy = "Put it back from your back-up of keys: docs/privacy/keys.md."
        return Finding("personal data", "fail", f"the key {home.key_file(slug)} is gone", remedy)
    begun = [one.receipt for one in plan.unfinished(slug)] + (["a rotation"] if rotate.under_way(slug) else [])
    if begun or (strays := landing.strays(slug)):
        found = f"begun and not ended: {', '.join(begun)}" if begun else f"{len(strays)} files that nothing names"
        remedy = "Give the command that was killed again; ./weerklank privacy retain removes what nothing names."
        return Finding("personal data", "warn", found, remedy)
    rounds = sorted((home.privacy(slug) / "retention").glob("*.json"))
    newest = f"retention last ran for {rounds[-1].stem}" if rounds else "retention has not run yet"
    return Finding("personal data", "ok", f"{count or 'no'} key{'' if count == 1 else 's'}; {newest}")


def newest(institution: Institution, clock: datetime) -> Finding:
    """Is there an edition of the newest week that is over?"""
    week = Week.newest_complete(clock, institution.zone)
    if edition.revisions(home.reports(institution.slug) / str(week)):
        return Finding("newest edition", "ok", str(edition.newest(institution.slug, str(week))))
    remedy = f"Look at Monday's run in Airflow, or make it: ./weerklank report {institution.slug} {week}."
    return Finding("newest edition", "warn", f"{week} has none", remedy)


def deliveries(institution: Institution, clock: datetime) -> Finding:
    """Does any mail wait, or wait for a person's word?"""
    entries = Ledger(home.ledger_url(), lambda: clock.astimezone(UTC)).listed(institution.slug, None, None)
    counts = {state: sum(one.state == state for one in entries) for state in ("unknown", "pending", "refused")}
    if any(counts.values()):
        shown = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        return Finding("deliveries", "warn", shown, f"./weerklank deliveries {institution.slug} says what to do.")
    sent = sum(one.state == "sent" for one in entries)
    return Finding("deliveries", "ok", f"{sent} sent, none waits" if sent else "nothing was mailed yet")


def mail_server(server: Server) -> Finding:
    """Does it answer, encrypted as asked? No mail is sent."""
    if trouble := reach(server):
        remedy = "Is it up, and is its address right? Mail that waits goes out with the next run."
        return Finding("mail server", "fail", f"{server.host}:{server.port}: {trouble}", remedy)
    known = f", and knows {server.user}" if server.user else ""
    return Finding("mail server", "ok", f"{server.host}:{server.port} answers ({server.security}){known}")
