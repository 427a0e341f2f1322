"""Rounds, receipts and claims, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from tasks.deliver.ledger import KILLED, Key, Ledger, Parcel
from tasks.deliver.schema import RECEIPTS, connect, delivery
from tasks.errors import DeliveryError, UsageError
from tests.deliver.world import MOMENT, WEEK, clock

ANN, BOB = "ann@x.example", "bob@x.example"


def parcel(revision: int = 1, people: tuple[str, ...] = (ANN, BOB)) -> Parcel:
    return Parcel("overbrugge", WEEK, revision, f"f{revision}", dict.fromkeys(people, "0" * 64))


def states(ledger: Ledger) -> dict[tuple[str, int, int], str]:
    """Per recipient, send number and revision."""
    rows = ledger.entries("overbrugge", WEEK)
    return {(row.key.recipient[:3], row.key.send_number, row.key.revision): row.state for row in rows}


def settle(ledger: Ledger, who: str, state: str, revision: int = 1, number: int = 1) -> None:
    key = parcel(revision).key(who, number)
    assert ledger.claim(key, "<id@x>")
    ledger.finish(key, state, "reply")


def test_a_round_begins_pending_and_a_claim_works_once(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    assert ledger.open_round(parcel(), "run", again=False) == 1
    key = parcel().key("Ann@X.example", 1)
    assert [ledger.claim(key, "<id@x>") for _ in range(3)] == [True, False, False]
    ledger.finish(key, "sent", "250 ok")
    assert not ledger.claim(key, "<id@x>")
    entry = ledger.entries("overbrugge", WEEK)[0]
    assert (entry.state, entry.attempts, entry.reply, entry.message_id) == ("sent", 1, "250 ok", "<id@x>")
    assert entry.created_at == MOMENT
    assert states(ledger) == {("ann", 1, 1): "sent", ("bob", 1, 1): "pending"}


def test_times_come_from_the_clock_and_come_back_in_utc(ledger_url: str) -> None:
    moments = iter(MOMENT + timedelta(minutes=count) for count in range(99))
    ledger = Ledger(ledger_url, lambda: next(moments))
    ledger.open_round(parcel(people=(ANN,)), "run", again=False)
    settle(ledger, ANN, "sent")
    (entry,) = ledger.entries("overbrugge", WEEK)
    assert entry.created_at == MOMENT
    assert entry.created_at.tzinfo is UTC
    assert entry.updated_at == MOMENT + timedelta(minutes=2)


@pytest.mark.parametrize("state", RECEIPTS)
def test_the_database_itself_refuses_a_second_receipt_for_another_revision(ledger_url: str, state: str) -> None:
    ledger, engine = Ledger(ledger_url, clock), connect(ledger_url)
    row = {"institution": "o", "week": WEEK, "recipient": ANN, "send_number": 1, "run_key": "r", "fingerprint": "f",
           "pdf_sha256": "s", "created_at": MOMENT, "updated_at": MOMENT}  # fmt: skip
    with engine.begin() as connection:
        connection.execute(delivery.insert().values(revision=1, state=state, **row))
        connection.execute(delivery.insert().values(revision=2, state="pending", **row))
    assert not ledger.claim(Key("o", WEEK, 2, ANN, 1), "<id@x>")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(delivery.insert().values(revision=3, state="sent", **row))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(delivery.insert().values(revision=4, state="lost", **row))


def test_a_killed_sender_leaves_unknown_which_is_never_claimed(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    ledger.open_round(parcel(), "run", again=False)
    assert ledger.claim(parcel().key(ANN, 1), "<id@x>")
    ledger.give_up_on_killed("overbrugge", "2026-W46")
    assert states(ledger)["ann", 1, 1] == "sending"
    ledger.give_up_on_killed("overbrugge", WEEK)
    assert ledger.open_round(parcel(), "run", again=False) == 1
    assert ledger.open_round(parcel(2), "other", again=False) == 1
    assert not ledger.claim(parcel().key(ANN, 1), "<id@x>")
    assert ledger.entries("overbrugge", WEEK)[0].reply == KILLED
    assert states(ledger) == {("ann", 1, 1): "unknown", ("bob", 1, 1): "skipped", ("bob", 1, 2): "pending"}


def test_a_new_revision_goes_to_those_who_have_none(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    ledger.open_round(parcel(), "one", again=False)
    settle(ledger, ANN, "sent")
    settle(ledger, BOB, "pending")
    ledger.open_round(parcel(2), "two", again=False)
    assert states(ledger) == {("ann", 1, 1): "sent", ("bob", 1, 1): "skipped", ("bob", 1, 2): "pending"}
    ledger.open_round(parcel(), "one", again=False)  # the old run's retry leaves Bob to the newer revision
    assert states(ledger) == {("ann", 1, 1): "sent", ("bob", 1, 1): "skipped", ("bob", 1, 2): "pending"}


def test_again_takes_the_next_number_once_per_run(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    ledger.open_round(parcel(), "run", again=False)
    settle(ledger, ANN, "sent")
    settle(ledger, BOB, "sent")
    # The same Airflow run, reprocessed by a backfill with `again`, keeps its id: its first round is not this one.
    assert [ledger.open_round(parcel(), "run", again=True) for _ in range(2)] == [2, 2]
    settle(ledger, ANN, "sent", number=2)
    assert [ledger.open_round(parcel(), "run", again=True) for _ in range(2)] == [2, 2]
    assert not ledger.claim(parcel().key(ANN, 2), "<id@x>")
    assert [ledger.open_round(parcel(), "other", again=True) for _ in range(2)] == [3, 3]
    assert states(ledger)["bob", 2, 1] == "skipped"


def test_again_without_a_first_round_is_still_number_two(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    ledger.skip(parcel(), "backfill", "a backfill")
    assert ledger.open_round(parcel(), "run", again=True) == 2
    assert not ledger.has_receipt("overbrugge", WEEK)
    settle(ledger, ANN, "sent", number=2)
    assert not ledger.has_receipt("overbrugge", WEEK)
    settle(ledger, BOB, "refused", number=2)
    assert ledger.has_receipt("overbrugge", WEEK)


def test_an_automatic_run_finishes_what_an_asked_one_left(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    assert ledger.open_round(parcel(), "run", again=True) == 2
    settle(ledger, ANN, "sent", number=2)
    assert ledger.open_round(parcel(), "monday", again=False) == 2
    settle(ledger, BOB, "sent", number=2)
    assert ledger.open_round(parcel(), "monday", again=False) == 1
    assert states(ledger) == {("ann", 2, 1): "sent", ("bob", 2, 1): "sent"}


def test_skipping_touches_nothing_that_is_there(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    ledger.open_round(parcel(people=(ANN,)), "run", again=False)
    ledger.skip(parcel(), "backfill", "a backfill mails nobody")
    ledger.skip(parcel(), "backfill", "twice")
    assert states(ledger) == {("ann", 1, 1): "pending", ("bob", 1, 1): "skipped"}
    assert ledger.entries("overbrugge", WEEK)[1].reply == "a backfill mails nobody"
    assert not ledger.has_receipt("overbrugge", WEEK)
    ledger.open_round(parcel(), "monday", again=False)
    assert states(ledger) == {("ann", 1, 1): "pending", ("bob", 1, 1): "pending"}


def test_who_is_no_longer_a_recipient_no_longer_waits(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    ledger.open_round(parcel(), "run", again=False)
    ledger.open_round(parcel(people=(BOB,)), "run", again=False)
    assert states(ledger) == {("ann", 1, 1): "skipped", ("bob", 1, 1): "pending"}


def _claim_all(url: str, ready: object, won: object) -> None:
    ledger = Ledger(url, clock)
    ready.wait()  # type: ignore[attr-defined]
    for number in range(25):
        who = f"p{number}@x.example"
        if ledger.claim(parcel(people=(who,)).key(who, 1), "<id@x>"):
            won.put(who)  # type: ignore[attr-defined]
    won.put(None)  # type: ignore[attr-defined]


def test_four_processes_without_any_lock_claim_every_row_exactly_once(ledger_url: str) -> None:
    people = tuple(f"p{number}@x.example" for number in range(25))
    Ledger(ledger_url, clock).open_round(parcel(people=people), "run", again=False)
    spawn = multiprocessing.get_context("spawn")
    ready, won = spawn.Barrier(4), spawn.Queue()
    processes = [spawn.Process(target=_claim_all, args=(ledger_url, ready, won)) for _ in range(4)]
    for process in processes:
        process.start()
    found: Counter[str] = Counter()
    for _ in range(4):
        found.update(iter(lambda: won.get(timeout=120), None))
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert found == Counter(people)


def test_only_one_at_a_time_and_the_other_says_so(ledger_url: str) -> None:
    first, second = Ledger(ledger_url, clock), Ledger(ledger_url, clock)
    with first.exclusive("overbrugge"):
        with second.exclusive("elsewhere"):
            pass
        with pytest.raises(DeliveryError, match="another process"), second.exclusive("overbrugge", 0.3):
            pass
    with second.exclusive("overbrugge"):
        pass


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("sqlite://", "lives in a file"),
        ("mysql://u:secret@h/db", "lives in a file"),
        ("sesame", "not an address"),
        ("sqlite+nope:///secret", "lives in a file"),
        ("postgresql+asyncpg://u:secret@h/db", r"postgresql\+psycopg2://"),
    ],
)
def test_unusable_addresses(url: str, word: str) -> None:
    with pytest.raises(UsageError, match=word) as caught:
        Ledger(url, lambda: datetime.fromtimestamp(0, UTC))
    assert "secret" not in str(caught.value)


def test_the_ledgers_folder_is_made(tmp_path: Path) -> None:
    Ledger(f"sqlite:///{tmp_path}/new/ledger.sqlite", clock)
    assert (tmp_path / "new" / "ledger.sqlite").is_file()


def test_what_nobody_knows_is_settled_once_by_a_person(ledger_url: str) -> None:
    ledger = Ledger(ledger_url, clock)
    ledger.open_round(parcel(), "run", again=False)
    settle(ledger, ANN, "unknown")
    settle(ledger, BOB, "unknown")
    ann, bob = parcel().key(ANN, 1), parcel().key(BOB, 1)
    assert [ledger.settle(ann, True), ledger.settle(ann, False)] == [True, False]
    assert ledger.settle(bob, False)
    assert states(ledger) == {("ann", 1, 1): "sent", ("bob", 1, 1): "pending"}
    assert not ledger.has_receipt("overbrugge", WEEK)  # Bob waits
    assert not ledger.claim(ann, "<id@x>")
    assert ledger.claim(bob, "<id@x>")
    assert [one.key.recipient for one in ledger.listed(None, None, "sending")] == [BOB]
    assert ledger.listed("another", None, None) == []
