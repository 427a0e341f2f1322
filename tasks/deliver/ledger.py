"""The ledger: what was sent to whom, committed before it goes out, so that a crash can never cause a second mail.

    pending ──claim──▶ sending ──▶ sent       the server took it
       ▲                  │  ├───▶ refused    the server said no for good (5xx)
       └── 4xx, no server ┘  └───▶ unknown    it may have been taken: a person decides
    skipped                                   nobody was to be mailed, or a newer edition took its place

Rounds: ``send_number`` 1 is the automatic round of a week, 2 and up were asked for with ``deliver = again``. Who asks
is remembered by ``run_key`` (an Airflow run id, a token of the command line): the same run, retried or cleared, goes
on with its own round and never opens another. Recipients are compared in lower case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from tasks.deliver.locks import PATIENCE_SECONDS, exclusive
from tasks.deliver.schema import RECEIPTS, connect, delivery

Clock = Callable[[], datetime]
IN_A_WEEK = (delivery.c.send_number, delivery.c.revision, delivery.c.recipient)
ARRIVED, LOST = "a person says that it arrived", "a person says that it did not arrive"
CAME_BACK = "it was taken, and came back"
KILLED = "the sending process ended before it heard the server's answer"


@dataclass(frozen=True, slots=True)
class Key:
    """One row: one mail to one person."""

    institution: str
    week: str
    revision: int
    recipient: str
    send_number: int

    @property
    def order(self) -> tuple[int, int]:
        """Later rounds replace earlier ones, and within a round later revisions."""
        return self.send_number, self.revision


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one mail; moments in UTC."""

    key: Key
    run_key: str
    message_id: str | None
    fingerprint: str
    pdf_sha256: str
    state: str
    attempts: int
    reply: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """An edition as the ledger sees it; ``pdf_sha256`` per recipient, since each gets a language."""

    institution: str
    week: str
    revision: int
    fingerprint: str
    pdf_sha256: Mapping[str, str]

    def key(self, recipient: str, send_number: int) -> Key:
        return Key(self.institution, self.week, self.revision, recipient.lower(), send_number)


class Ledger:
    """The deliveries of every institution. ``clock`` only dates rows; no decision depends on it."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._engine = connect(url)
        self._clock = clock

    def exclusive(self, institution: str, patience_seconds: float = PATIENCE_SECONDS) -> AbstractContextManager[None]:
        """Nobody else mails for this institution meanwhile; see `tasks.deliver.locks`."""
        return exclusive(self._engine, institution, patience_seconds)

    def entries(self, institution: str, week: str) -> list[Entry]:
        """Every row of a week, oldest round and revision first."""
        with self._engine.begin() as connection:
            return _entries(connection, institution, week)

    def listed(self, institution: str | None, week: str | None, state: str | None) -> list[Entry]:
        """Every row that fits, None for any; a week comes with its interim editions.

        Newest week first, in a week oldest round and revision first.
        """
        asked = {"institution": institution, "state": state}
        fits = [delivery.c[name] == value for name, value in asked.items() if value is not None]
        if week is not None:
            fits.append(or_(delivery.c.week == week, delivery.c.week.startswith(f"{week}/", autoescape=True)))
        order = (delivery.c.week.desc(), delivery.c.institution, *IN_A_WEEK)
        with self._engine.begin() as connection:
            return [_entry(row) for row in connection.execute(select(delivery).where(*fits).order_by(*order))]

    def settle(self, key: Key, arrived: bool) -> bool:
        """What a person found out about an unknown mail: it is sent, or waits again. False when it is not unknown."""
        outcome = {"state": "sent" if arrived else "pending", "reply": ARRIVED if arrived else LOST}
        with self._engine.begin() as connection:
            return _set(connection, and_(_is(key), delivery.c.state == "unknown"), self._clock(), **outcome) == 1

    def has_receipt(self, institution: str, week: str) -> bool:
        """Was this week mailed, in any revision or round, and does nobody wait? A pending row must be retried."""
        states = {entry.state for entry in self.entries(institution, week)}
        return bool(states & set(RECEIPTS)) and "pending" not in states

    def give_up_on_killed(self, institution: str, week: str) -> None:
        """Call while holding `exclusive`: whoever was sending is dead, and nobody knows how far it came."""
        rows = and_(delivery.c.institution == institution, delivery.c.week == week, delivery.c.state == "sending")
        with self._engine.begin() as connection:
            _set(connection, rows, self._clock(), state="unknown", reply=KILLED)

    def give_up(self, institution: str, week: str, why: str) -> None:
        """What still waits of a mail that says nothing any more is skipped."""
        rows = and_(delivery.c.institution == institution, delivery.c.week == week, delivery.c.state == "pending")
        with self._engine.begin() as connection:
            _set(connection, rows, self._clock(), state="skipped", reply=why)

    def open_round(self, parcel: Parcel, run_key: str, again: bool, leave_others: bool = False) -> int:
        """Write a pending row for everybody who is still to be mailed in this round; returns its send number.

        Whoever is not in the parcel is no longer a recipient, and their pending row is skipped; with ``leave_others``
        the parcel is for some of them only.
        """
        with self._engine.begin() as connection:
            there = _entries(connection, parcel.institution, parcel.week)
            number = _send_number(there, run_key, again)
            for recipient in parcel.pdf_sha256:
                mine = [entry for entry in there if entry.key.recipient == recipient.lower()]
                self._enter(connection, parcel, parcel.key(recipient, number), mine, run_key)
            listed = {recipient.lower() for recipient in parcel.pdf_sha256}
            gone = [] if leave_others else [entry for entry in there if entry.key.recipient not in listed]
            self._replace(connection, gone, "no longer a recipient")
            return number

    def claim(self, key: Key, message_id: str) -> bool:
        """Compare and set pending → sending. True: this process, and no other, may put this mail on the wire, once."""
        try:
            with self._engine.begin() as connection:
                row = and_(_is(key), delivery.c.state == "pending")
                more = delivery.c.attempts + 1
                changed = _set(connection, row, self._clock(), state="sending", message_id=message_id, attempts=more)
                return changed == 1
        except IntegrityError:  # delivery_once: another revision went, or is going, to this person in this round
            return False

    def finish(self, key: Key, state: str, reply: str) -> None:
        """Write down how the claimed mail ended. Knowing beats ``unknown``."""
        with self._engine.begin() as connection:
            rows = and_(_is(key), delivery.c.state.in_(("sending", "unknown")))
            _set(connection, rows, self._clock(), state=state, reply=reply)

    def came_back(self, institution: str, message_id: str, code: str) -> int:
        """A mail that a server had taken did not reach its reader after all; returns how many rows that changes."""
        mine = and_(delivery.c.institution == institution, delivery.c.message_id == message_id)
        rows = and_(mine, delivery.c.state.in_(("sent", "unknown")))
        with self._engine.begin() as connection:
            return _set(connection, rows, self._clock(), state="refused", reply=f"550 {code} {CAME_BACK}")

    def skip(self, parcel: Parcel, run_key: str, why: str) -> None:
        """Remember that an edition was made and mailed to nobody. Rows that are there stay what they are."""
        with self._engine.begin() as connection:
            there = {entry.key for entry in _entries(connection, parcel.institution, parcel.week)}
            for recipient in parcel.pdf_sha256:
                key = parcel.key(recipient, 1)
                if key not in there:
                    self._insert(connection, parcel, key, run_key, state="skipped", reply=why)

    def _enter(self, connection: Connection, parcel: Parcel, key: Key, there: list[Entry], run_key: str) -> None:
        """Make this person's row pending, unless they have the mail or a newer one is waiting for them."""
        if any(entry.state in RECEIPTS and entry.key.send_number >= key.send_number for entry in there):
            return
        if any(entry.state == "pending" and entry.key.order > key.order for entry in there):
            return
        older = [entry for entry in there if entry.key.order < key.order]
        self._replace(connection, older, f"replaced by r{key.revision}, send number {key.send_number}")
        if any(entry.key == key for entry in there):
            _set(connection, and_(_is(key), delivery.c.state == "skipped"), self._clock(), state="pending", reply=None)
        else:
            self._insert(connection, parcel, key, run_key, state="pending", reply=None)

    def _replace(self, connection: Connection, entries: Iterable[Entry], why: str) -> None:
        for entry in entries:
            rows = and_(_is(entry.key), delivery.c.state == "pending")
            _set(connection, rows, self._clock(), state="skipped", reply=why)

    def _insert(
        self, connection: Connection, parcel: Parcel, key: Key, run_key: str, *, state: str, reply: str | None
    ) -> None:
        now = self._clock()
        sha256 = {recipient.lower(): digest for recipient, digest in parcel.pdf_sha256.items()}[key.recipient]
        connection.execute(
            insert(delivery).values(
                institution=key.institution,
                week=key.week,
                revision=key.revision,
                recipient=key.recipient,
                send_number=key.send_number,
                run_key=run_key,
                fingerprint=parcel.fingerprint,
                pdf_sha256=sha256,
                state=state,
                reply=reply,
                created_at=now,
                updated_at=now,
            )
        )


def _send_number(there: list[Entry], run_key: str, again: bool) -> int:
    """`again` goes on with the round this very run opened, or opens the next; else: finish what waits, or the first."""
    if not again:
        return max((entry.key.send_number for entry in there if entry.state == "pending"), default=1)
    asked = [entry for entry in there if entry.key.send_number > 1]
    own = [entry.key.send_number for entry in asked if entry.run_key == run_key]
    return max(own, default=max((entry.key.send_number for entry in asked), default=1) + 1)


def _entries(connection: Connection, institution: str, week: str) -> list[Entry]:
    rows = connection.execute(
        select(delivery).where(delivery.c.institution == institution, delivery.c.week == week).order_by(*IN_A_WEEK)
    )
    return [_entry(row) for row in rows]


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    values = dict(row._mapping)
    key = Key(*(values.pop(name) for name in ("institution", "week", "revision", "recipient", "send_number")))
    return Entry(key=key, **values)


def _is(key: Key) -> ColumnElement[bool]:
    return and_(
        delivery.c.institution == key.institution,
        delivery.c.week == key.week,
        delivery.c.revision == key.revision,
        delivery.c.recipient == key.recipient,
        delivery.c.send_number == key.send_number,
    )


def _set(connection: Connection, rows: ColumnElement[bool], now: datetime, **values: object) -> int:
    """Update and date the rows; returns how many there were."""
    return connection.execute(update(delivery).where(rows).values(updated_at=now, **values)).rowcount
