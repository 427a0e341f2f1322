"""Alerts: each thing once, to who looks after it, with what to do; nothing for weeks that nobody waits for."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tasks import home, settings, steps
from tasks.alerts import heartbeat, late, mail
from tasks.alerts.found import failed
from tasks.deliver.ledger import Ledger
from tasks.deliver.message import LIMIT_BYTES
from tasks.deliver.send import deliver
from tasks.errors import DeliveryError, UsageError
from tasks.review import settle
from tasks.settings import Alerts, Approval, Institution
from tests.deliver import world
from tests.deliver.servers import Mailbox, dead

NL, EN = (who for who, _ in world.PEOPLE)
OPS = {"email": "beheer@overbrugge.example", "language": "nl"}
AT_SIX = datetime.fromisoformat("2026-11-23T06:00:00+01:00")
AT_HALF_PAST_EIGHT = AT_SIX + timedelta(hours=2, minutes=30)


def school(**changes: Any) -> Institution:
    return world.institution().model_copy(update={"alerts": Alerts.model_validate({"recipients": [OPS]})} | changes)


@pytest.fixture
def week(state: Path) -> Path:
    return state / "reports" / "overbrugge" / world.WEEK


def kinds(moment: datetime = AT_HALF_PAST_EIGHT, of: Institution | None = None) -> list[str]:
    return [one.kind for one in late.look(of or school(), moment)]


def send(place: Path, mailbox: Mailbox) -> None:
    deliver(school(), place, server=mailbox.server, run_key="one", again=False, clock=world.clock)


def test_a_report_that_is_not_there_is_missed_at_half_past_eight(week: Path) -> None:
    assert kinds(AT_SIX) == kinds(AT_HALF_PAST_EIGHT - timedelta(minutes=1)) == []
    assert kinds() == ["not_made"]
    early = school(alerts=Alerts.model_validate({"recipients": [OPS], "delivered_by": "07:00"}))
    assert kinds(AT_SIX + timedelta(hours=1), early) == ["not_made"]


def test_made_and_mailed_leaves_only_what_is_wrong_with_its_figures(week: Path, mailbox: Mailbox) -> None:
    place = world.edition(week)
    assert kinds() == ["source", "not_mailed"]
    send(place, mailbox)
    assert kinds() == ["source"]


def test_every_mail_that_did_not_arrive_is_told(week: Path, mailbox: Mailbox) -> None:
    place = world.edition(week)
    mailbox.answers["rcpt", NL] = "550 nobody here"
    mailbox.answers["rcpt", EN] = "452 full"
    with pytest.raises(DeliveryError):
        send(place, mailbox)
    assert kinds() == ["source", "not_mailed", "refused"]
    mailbox.answers.pop(("rcpt", EN))
    send(place, mailbox)
    assert kinds() == ["source", "refused"]


def test_what_waits_for_approval_is_told_as_that(week: Path) -> None:
    reviewer = {"user": "ann", "email": "ann@overbrugge.example", "language": "nl"}
    of = school(approval=Approval.model_validate({"always": True, "reviewers": [reviewer]}))
    place = world.edition(week)
    settle.ask(of, place, folder_url="", clock=world.clock)
    assert kinds(of=of) == ["source", "waits"]


def test_an_alert_is_mailed_once_and_says_what_to_do(week: Path, mailbox: Mailbox, ledger_url: str) -> None:
    world.edition(week)
    for _ in range(2):
        told = mail.tell(school(), late.look(school(), AT_HALF_PAST_EIGHT), server=mailbox.server, clock=world.clock)
        assert set(told.values()) == {"sent"}
    assert mailbox.count == {OPS["email"]: 2}  # two things, once each
    texts = []
    for _, data in mailbox.messages:
        one = message_from_bytes(data, policy=policy.default)
        part = one.get_body(("plain",))  # type: ignore[attr-defined]
        texts.append(f"{one['Subject']} " + " ".join(part.get_content().split()))
    assert "Weerklank, 2026-W47: Een bron is niet volledig gelezen" in texts[0]
    assert "Recensies is niet volledig gelezen: er ontbreken 48 uur. Kijk in het logboek" in texts[0]
    assert "./weerklank deliveries overbrugge --week 2026-W47" in texts[1]


def test_another_source_is_another_alert(week: Path, mailbox: Mailbox) -> None:
    first = late.look(school(), AT_HALF_PAST_EIGHT) if world.edition(week) else []
    place = world.edition(week, revision=2)
    coverage = json.loads((place / "metrics.json").read_text())["lists"]["coverage"]
    assert [one.key for one in first if one.kind == "source"] == ["source-" + first[0].key[-6:]]
    for row in coverage:
        row["status"] = "failed"
    other = world.edition(week, revision=3, coverage=coverage)
    assert other.exists()
    second = late.look(school(), AT_HALF_PAST_EIGHT)
    assert second[0].kind == "source"
    assert second[0].key != first[0].key


def test_a_dead_mail_server_is_tried_again_at_the_next_look(week: Path, mailbox: Mailbox) -> None:
    alerts = [failed(world.WEEK, "extract")]
    with dead() as server, pytest.raises(DeliveryError, match="could be told what is wrong"):
        mail.tell(school(), alerts, server=server, clock=world.clock)
    mail.tell(school(), alerts, server=mailbox.server, clock=world.clock)
    assert mailbox.count == {OPS["email"]: 1}
    assert b"De taak extract is mislukt" in mailbox.messages[0][1].replace(b"=\r\n", b"")


def test_watching_looks_only_at_those_who_report_by_themselves(
    week: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    by_hand = world.institution(automatic=False).model_copy(update={"alerts": school().alerts})
    monkeypatch.setattr(steps, "now", lambda: AT_HALF_PAST_EIGHT)
    monkeypatch.setenv("WEERKLANK_HEARTBEAT", str(tmp_path / "beat"))
    monkeypatch.setattr(settings, "load_all", lambda: iter([("overbrugge", by_hand)]))
    assert steps.watch(server=lambda _: mailbox.server) == {"heartbeat": "given"}
    monkeypatch.setattr(settings, "load_all", lambda: iter([("overbrugge", school())]))
    assert steps.watch(server=lambda _: mailbox.server)["overbrugge"] == {f"not_made {OPS['email']}": "sent"}
    assert (tmp_path / "beat").read_text() == "2026-11-23T07:30:00+00:00\n"
    assert mailbox.count == {OPS["email"]: 1}


def test_one_broken_institution_hides_no_other_and_stops_the_heartbeat(
    week: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tasks.errors import ConfigError

    monkeypatch.setattr(steps, "now", lambda: AT_HALF_PAST_EIGHT)
    monkeypatch.setenv("WEERKLANK_HEARTBEAT", str(tmp_path / "beat"))
    both = [("a", ConfigError("a.toml, line 3: no.")), ("overbrugge", school())]
    monkeypatch.setattr(settings, "load_all", lambda: iter(both))
    with pytest.raises(DeliveryError, match="line 3"):
        steps.watch(server=lambda _: mailbox.server)
    assert mailbox.count == {OPS["email"]: 1}
    assert not (tmp_path / "beat").exists()


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """A web server that hears heartbeats."""
    heard: list[str] = []

    class Listen(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Listen) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()


def test_a_heartbeat_reaches_the_outside(outside: tuple[str, list[str]], caplog: pytest.LogCaptureFixture) -> None:
    address, heard = outside
    assert heartbeat.give(f"{address}/secret-1", world.MOMENT) == "given"
    assert heartbeat.give(f"{address}/broken-2", world.MOMENT) == "failed"
    assert heard == ["/secret-1", "/broken-2"]
    assert "did not reach 127.0.0.1" in caplog.text
    assert "broken-2" not in caplog.text
    assert heartbeat.give(None, world.MOMENT) == "none"


@pytest.mark.parametrize("where", ["http://monitor.example/x", "ftp://monitor.example/x", "file:///etc/passwd"])
def test_a_heartbeat_goes_nowhere_unsafe(where: str) -> None:
    with pytest.raises(UsageError, match="neither a file nor an https"):
        heartbeat.give(where, world.MOMENT)


def people(*rows: dict[str, Any]) -> Institution:
    given = world.institution()
    return Institution.model_validate(
        given.model_dump(by_alias=True) | {"deliver": {"sender": given.deliver.sender, "recipients": list(rows)}}
    )


def test_who_has_left_or_is_not_there_yet_gets_nothing(
    week: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, ledger_url: str
) -> None:
    world.edition(week)
    gone = {"email": NL, "language": "nl", "valid_to": "2026-11-22"}
    there = {"email": EN, "language": "en", "valid_from": "2026-11-23", "valid_to": "2026-11-23"}
    run = {"send": True, "again": False, "week": world.WEEK, "as_of": world.AS_OF}
    for rows, expected in (((gone, there), {EN: "sent"}),):
        found = people(*rows)
        monkeypatch.setattr(settings, "load", lambda slug, found=found: found)
        done = steps.deliver(
            "overbrugge", world.WEEK, run, run_key="x", server=mailbox.server, clock=world.clock
        )  # fmt: skip
        assert done == {"receipts": expected}
    monkeypatch.setattr(settings, "load", lambda slug: people(gone))
    with pytest.raises(DeliveryError, match="nobody who is valid on 2026-11-23"):
        steps.deliver("overbrugge", world.WEEK, run, run_key="x", server=mailbox.server, clock=world.clock)
    assert mailbox.count == {EN: 1}
    assert len(Ledger(home.ledger_url(), world.clock).entries("overbrugge", world.WEEK)) == 1


def test_a_reader_whose_time_ended_since_last_week_is_noticed_once(week: Path, mailbox: Mailbox) -> None:
    world.edition(week)
    left = [{"email": NL, "language": "nl", "valid_to": day} for day in ("2026-11-22", "2026-11-16", "2026-11-15")]
    stays = {"email": EN, "language": "en"}
    told = [[one.kind for one in late.look(people(one, stays), AT_HALF_PAST_EIGHT)] for one in left]
    assert [("departed" in one) for one in told] == [True, True, False]


def test_a_report_too_big_for_a_mail_is_linked(week: Path, mailbox: Mailbox) -> None:
    place = world.edition(week, pdf=b"%PDF" + b"x" * LIMIT_BYTES)
    given = school()
    linked = given.model_copy(
        update={"deliver": given.deliver.model_copy(update={"archive_url": "https://airflow.overbrugge.example/"})}
    )
    deliver(linked, place, server=mailbox.server, run_key="one", again=False, clock=world.clock)
    text = b" ".join(mailbox.messages[1][1].replace(b"=\r\n", b"").split())
    assert b"https://airflow.overbrugge.example/reports-page/weekly_report__overbrugge/2026-W47/r1/" in text
