"""The five steps, and the plan before them: what the DAG and the command line call.

Every step takes and returns plain values that survive JSON, reads what the step before it wrote, and can be run again.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks import home, settings
from tasks.errors import CheckFailed, ConfigError, DeliveryError, UsageError, WeerklankError
from tasks.period import Week, now

if TYPE_CHECKING:
    from tasks.deliver.decide import Decision
    from tasks.deliver.smtp import Server
    from tasks.extract.http.credentials import Credentials
    from tasks.maintenance.found import Round

log = logging.getLogger(__name__)


def must_be_over(institution: settings.Institution, week: Week, clock: datetime) -> None:
    """Raise UsageError when a week cannot be reported at this moment (or the demo's)."""
    newest = Week.newest_complete(institution.institution.clock or clock, institution.zone)
    if week.monday > newest.monday:
        raise UsageError(f"{week} is not over yet, or its Monday {week.cutoff:%H:%M} has not come: try {newest}.")


def newest_week(slug: str, clock: datetime) -> str:
    """The newest week that can be reported at a moment (or the demo's)."""
    institution = settings.load(slug)
    return str(Week.newest_complete(institution.institution.clock or clock, institution.zone))


def plan(
    slug: str, *, week: str | None, clock: datetime, run_type: str, deliver: str, interim: bool = False
) -> dict[str, Any]:
    """Decide which week is reported, up to which moment, and whether it may be mailed.

    ``interim``: the week that is running at ``clock`` (or ``week``, which must be that one), up to that minute.
    """
    from tasks.deliver import decide
    from tasks.deliver.ledger import Ledger

    institution = settings.load(slug)
    clock = institution.institution.clock or clock
    if interim:
        return _plan_interim(institution, week, clock, decide.decide_interim(run_type, deliver))
    newest = Week.newest_complete(clock, institution.zone)
    wanted = Week.parse(week, institution.zone) if week else newest
    must_be_over(institution, wanted, clock)
    received = Ledger(home.ledger_url(), now).has_receipt(slug, str(wanted))
    decision = decide.decide(run_type, str(wanted), str(newest), deliver, received, institution.approval.asked)
    return _planned(wanted, wanted.cutoff, slug, decision)


def _plan_interim(
    institution: settings.Institution, week: str | None, clock: datetime, decision: Decision
) -> dict[str, Any]:
    as_of = clock.astimezone(institution.zone).replace(second=0, microsecond=0)
    running = Week.containing(as_of, institution.zone)
    wanted = Week.parse(week, institution.zone) if week else running
    if not (wanted.monday <= running.monday and wanted.is_interim(as_of)):
        raise UsageError(
            f"An interim edition is about a week that is not reported as a whole yet; that is {running}, "
            f"and {wanted} is not. Leave the week empty, or ask for the weekly edition."
        )
    return _planned(wanted, as_of, institution.slug, decision)


def _planned(week: Week, as_of: datetime, slug: str, decision: Decision) -> dict[str, Any]:
    return {
        "slug": slug,
        "week": str(week),
        "as_of": as_of.isoformat(),
        "send": decision.send,
        "again": decision.again,
        "why_not": decision.why_not,
    }


def extract(slug: str, source_id: str, week: str, credentials: Credentials | None = None) -> dict[str, Any]:
    """Land what one source has of a week; files come in through ``./weerklank import`` and need no fetching.

    A source that is listened to is asked for what its collections missed of the week, if it knows the past. That it
    fails is in its fetch window and in what this returns: the report goes on, and says what is missing.
    """
    from tasks import collecting
    from tasks.extract import demo
    from tasks.extract.sources.table import Listened

    institution = settings.load(slug)
    source = next(one for one in institution.sources if one.id == source_id)
    landed: dict[str, Any] = {}
    if source.type == "demo":
        landed = demo.fetch(institution, source, fetched_at=now())
    elif isinstance(source, Listened) and source.HISTORY:
        wanted = Week.parse(week, institution.zone)
        landed = collecting.collect_past(slug, source_id, wanted.start, wanted.end, credentials)
    return {"source": source_id, "week": week} | landed


def gather(institution: settings.Institution, week: Week) -> None:
    """Stage everything up to a week, for a command that only wants to know. The demo is made; nobody else is asked."""
    for source in institution.sources:
        if source.type == "demo":
            extract(institution.slug, source.id, str(week))
    stage(institution.slug, str(week))


def stage(slug: str, week: str) -> dict[str, Any]:
    """Bring every stale week up to date, up to this one and the Monday morning after it.

    What was said at the case desk until now is landed first: whoever stages wants it in.
    """
    from tasks import holding, lake
    from tasks.desk import landed
    from tasks.stage import retained, weeks
    from tasks.topics import urgency

    institution = settings.load(slug)
    with holding.shared(slug):
        retained.check(institution, Week.parse(week, institution.zone))
        landed.land(institution)
        staged = weeks.refresh(institution, Week.parse(week, institution.zone))
    urgency.tell(institution, staged)
    urgent = urgency.posts(institution, [week])
    return {
        "weeks": sorted(staged),
        "mentions": lake.count("mentions", slug, week),
        "quarantined": lake.count("quarantine", slug, week),
    } | ({} if urgent is None else {"urgent": urgent})


def measure(slug: str, week: str, as_of: str) -> dict[str, Any]:
    """Run every metric and list; what a report may say is written to the lake, and what a week said first is kept.

    One that fails is "unavailable", with its error; it keeps nothing from the others.
    """
    from tasks import holding
    from tasks.measure import process
    from tasks.stage import retained

    institution = settings.load(slug)
    with holding.shared(slug):  # what is erased meanwhile would be in a document that nobody looks at again
        retained.check(institution, Week.parse(week, institution.zone))
        return process.week(slug, week, as_of)


def render(slug: str, week: str, as_of: str) -> dict[str, Any]:
    """Make the edition, or find that the newest one already says this. An editor's words join here."""
    from tasks import editorial, holding
    from tasks.measure import document
    from tasks.render import edition

    institution = settings.load(slug)
    period = edition.period(institution, week, datetime.fromisoformat(as_of))
    with holding.shared(slug):
        made = document.stored(slug, week, as_of) | {"editorial": editorial.words(institution, week, period)}
        items = document.stored_quoted(slug, week, as_of)
        built = edition.build(institution, made, sources={"sql": document.sql_files()}, items=items)
    return {"edition": str(built.path), "revision": built.revision, "new": built.new, "changed": built.changed}


def deliver(
    slug: str,
    week: str,
    run: dict[str, Any],
    *,
    run_key: str,
    server: Server | None = None,
    clock: Callable[[], datetime] = now,
) -> dict[str, Any]:
    """Mail the newest edition to everybody who has not had one, or record why not.

    Without a ``server`` (an Airflow connection), ``WEERKLANK_SMTP`` decides, or else this machine's own mail server.
    """
    from tasks.deliver import send
    from tasks.render import edition

    institution = _on_this_day(settings.load(slug), clock())
    path = edition.newest_as_of(institution, week, datetime.fromisoformat(run["as_of"]))
    if not run["send"]:
        return {"receipts": send.skip(institution, path, why=run["why_not"], run_key=run_key, clock=clock)}
    server = server or _own_server()
    again = bool(run["again"])
    return {"receipts": send.deliver(institution, path, server=server, run_key=run_key, again=again, clock=clock)}


def counted(told: Any) -> Any:
    """What a step returned as Airflow may keep it: states of mails counted, without whom they went to."""
    if isinstance(told, dict):
        if any("@" in key for key in told):
            return dict(Counter(told.values()))
        return {key: counted(value) for key, value in told.items()}
    if isinstance(told, list) and any("@" in str(one) for one in told):
        return len(told)
    return told


def _on_this_day(institution: settings.Institution, moment: datetime) -> settings.Institution:
    """The institution with those who are recipients now; raises DeliveryError when nobody is."""
    day = moment.astimezone(institution.zone).date()
    deliver = institution.deliver.on(day)
    if not deliver.recipients:
        raise DeliveryError(
            f"config/institutions/{institution.slug}.toml: [deliver] recipients has nobody who is valid on {day}; "
            "nothing was mailed. Add somebody and clear this task."
        )
    return institution.model_copy(update={"deliver": deliver})


def ask(slug: str, run: dict[str, Any], *, folder_url: str, url: str, server: Server | None = None) -> dict[str, Any]:
    """Ask for approval of the newest edition: returns what the reviewer sees, or ``{"why_not": …}``.

    ``folder_url`` is where a browser finds the edition's files, ``url`` where to answer; reviewers and deputies are
    mailed that once for each edition. The mail may fail: they are asked all the same, and the ledger keeps it pending.
    """
    from tasks.render import edition
    from tasks.review import request, settle

    institution = settings.load(slug)
    if not run["send"]:
        return {"why_not": run["why_not"]}
    folder = edition.newest_as_of(institution, run["week"], datetime.fromisoformat(run["as_of"]))
    if why_not := settle.why_not(institution, folder):
        return {"why_not": why_not}
    asked = settle.ask(institution, folder, folder_url=folder_url, clock=now)
    try:
        settle.mail(institution, folder, url=url, server=server or _own_server(), clock=now)
    except DeliveryError as error:
        log.warning("%s", error)
    return request.as_json(asked)


def settle(slug: str, run: dict[str, Any], asked: dict[str, str], answer: dict[str, Any]) -> dict[str, Any]:
    """Write down what a reviewer answered: ``answer`` has ``approved``, ``by`` (empty: nobody) and ``note``."""
    from tasks.review import settle as settling

    institution = settings.load(slug)

    def again() -> Path:
        return Path(render(slug, run["week"], run["as_of"])["edition"])

    return settling.settle(
        institution,
        Path(asked["edition"]),
        fingerprint=asked["fingerprint"],
        approved=answer["approved"],
        by=answer["by"],
        given=answer["note"],
        render=again,
        clock=now,
    )


def withdraw(
    named: str,
    reason: str,
    *,
    by: str,
    server: Callable[[settings.Institution], Server | None] = lambda institution: None,
    really: bool = True,
    clock: Callable[[], datetime] = now,
) -> dict[str, Any]:
    """Withdraw ``overbrugge/2026-W47/r1`` and tell its holders; without ``really``, say what that means."""
    from tasks.deliver import withdraw as deliver_withdraw
    from tasks.render import edition
    from tasks.withdrawal import Withdrawal, checked

    slug, folder = edition.named(named)
    institution, noted = settings.load(slug), Withdrawal(checked(reason), by, clock())
    case = deliver_withdraw.look(institution, folder, clock)
    corrected = case.corrected.name if case.corrected else None
    told: dict[str, Any] = {"edition": named, "holders": [one.email for one in case.holders], "corrected": corrected}
    told |= {"waits": case.waits} if case.waits else {}
    if not really:
        return told
    return told | {
        "receipts": deliver_withdraw.withdraw(
            institution, case, noted, server=lambda: server(institution) or _own_server(), clock=clock
        )
    }


def _own_server() -> Server:
    from tasks.deliver import smtp

    return smtp.Server.from_url(os.environ.get("WEERKLANK_SMTP") or "smtp://127.0.0.1:25")


def failed(slug: str, week: str, task_id: str, *, url: str, server: Server | None = None) -> dict[str, str]:
    """Tell who looks after it that a task of a run that mails has failed for good."""
    from tasks.alerts import found, mail

    institution = settings.load(slug)
    return mail.tell(institution, [found.failed(week, task_id)], server=server or _own_server(), clock=now, url=url)


def watch(*, server: Callable[[settings.Institution], Server | None] = lambda institution: None) -> dict[str, Any]:
    """Look at every institution that reports by itself, tell who looks after it what is wrong, and give a heartbeat.

    One that cannot be looked at keeps nothing from the others; it fails the task in the end, and there is no heartbeat.
    """
    from tasks.alerts import heartbeat, late, mail

    told: dict[str, Any] = {}
    broken: list[str] = []
    for slug, institution in settings.load_all():
        if isinstance(institution, ConfigError):
            broken.append(str(institution))
        elif institution.institution.automatic and institution.alerts.recipients:
            try:
                alerts = late.look(institution, now())
                given = server(institution) or _own_server()
                told[slug] = mail.tell(institution, alerts, server=given, clock=now) if alerts else {}
            except WeerklankError as error:
                broken.append(f"{slug}: {error}")
    if broken:
        raise DeliveryError("\n".join(broken))
    return told | {"heartbeat": heartbeat.give(os.environ.get("WEERKLANK_HEARTBEAT"), now())}


def look_after(*, really: bool = True) -> Round:
    """A round of maintenance: sweep, verify, tidy. What is damaged is in what it returns, and raises nothing."""
    from tasks.maintenance import sweep, tidy, verify
    from tasks.maintenance.found import Round

    found = Round()
    sweep.sweep(found, now(), really=really)
    verify.verify(found)
    tidy.tidy(found, home.ledger_url(), really=really)
    return found


def maintain() -> dict[str, Any]:
    """The same for a task: raises CheckFailed with the summary when something is damaged."""
    found = look_after()
    for line in found.lines():
        log.info("%s", line)
    if found.damaged:
        raise CheckFailed("\n".join(found.lines()))
    return found.as_json()
