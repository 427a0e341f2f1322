"""Alerts as mails: each one once for each week, through the ledger like every mail of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from tasks.alerts.found import Alert
from tasks.deliver import body, smtp
from tasks.deliver.ledger import Entry
from tasks.deliver.note import Line, Note
from tasks.deliver.rounds import Given, notes
from tasks.deliver.rounds import tell as told
from tasks.period import Week
from tasks.review.request import sentence
from tasks.settings import Institution, Person


def tell(
    institution: Institution,
    alerts: Iterable[Alert],
    *,
    server: smtp.Server,
    clock: Callable[[], datetime],
    url: str = "",
) -> dict[str, str]:
    """Mail every alert that was not mailed yet; returns the ledger's state by kind and person.

    Raises DeliveryError, after all were tried, when one could not be mailed: the next look tries again.
    """
    states: dict[str, str] = {}
    missed: dict[str, Entry] = {}
    for alert in alerts:
        mails = {one.email: _note(institution, alert, one, url) for one in institution.alerts.recipients}
        if not mails:
            continue
        given = Given(server, "alert", clock, leave_others=True)
        rows = notes(institution, f"{alert.week}/alert-{alert.key}", (0, ""), mails, given)
        states |= {f"{alert.key} {who}": row.state for who, row in rows.items()}
        missed |= {who: row for who, row in rows.items() if row.state == "pending"}
    told(f"{institution.slug}: not everybody could be told what is wrong.", missed)
    return states


def _note(institution: Institution, alert: Alert, person: Person, url: str) -> Note:
    say = body.words(person.language, "alert")
    values = dict(alert.values) | {"slug": institution.slug, "week": alert.week}
    return Note(
        institution=institution,
        address=person.email,
        language=person.language,
        identity=("alert", alert.week, alert.key, person.email.lower()),
        date=Week.parse(alert.week, institution.zone).cutoff,
        period=alert.week,
        subject=say("subject", what=say(f"{alert.kind}_title", **values), week=alert.week),
        title=say(f"{alert.kind}_title", **values),
        foot=say("foot", slug=institution.slug),
        paragraphs=(say(alert.kind, **values),) if alert.kind in say.texts else (),
        items=tuple(Line(sentence(institution, one, person.language)) for one in alert.findings),
        link=url,
        link_text=say("link"),
    )
