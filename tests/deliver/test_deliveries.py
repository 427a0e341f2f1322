"""The command that lists deliveries and takes a person's word for one."""

from __future__ import annotations

import json

import pytest

from tasks import home
from tasks.cli import main
from tasks.deliver.ledger import Ledger, Parcel
from tests.deliver.world import WEEK, clock

ANN, BOB = "ann@x.example", "bob@x.example"
ABOUT = ["deliveries", "overbrugge", "--week", WEEK]


@pytest.fixture(autouse=True)
def ledger() -> Ledger:
    """Ann's mail is unknown, and the server said something nasty; Bob's was sent."""
    made = Ledger(home.ledger_url(), clock)
    parcel = Parcel("overbrugge", WEEK, 1, "f" * 64, dict.fromkeys((ANN, BOB), "0" * 64))
    made.open_round(parcel, "run", again=False)
    for who, state, reply in ((ANN, "unknown", "lost\x1b[2J\nconnection"), (BOB, "sent", "250 ok")):
        assert made.claim(parcel.key(who, 1), f"<{who}>")
        made.finish(parcel.key(who, 1), state, reply)
    return made


def test_it_lists_who_got_what_and_nothing_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deliveries"]) == 0
    told = capsys.readouterr().out
    assert [line.split()[4:6] for line in told.splitlines()[1:]] == [[ANN, "unknown"], [BOB, "sent"]]
    assert "\x1b" not in told
    assert main([*ABOUT, "--state", "unknown", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["recipient"], row["state"], row["revision"]) == (ANN, "unknown", 1)
    assert main(["deliveries", "larkmoor"]) == 0
    assert "no such mail" in capsys.readouterr().err


@pytest.mark.parametrize(("word", "state"), [("arrived", "sent"), ("lost", "pending")])
def test_a_persons_word_settles_it(ledger: Ledger, word: str, state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ABOUT, "--settle", ANN.upper(), word]) == 0
    assert state in capsys.readouterr().out
    assert {one.key.recipient: one.state for one in ledger.entries("overbrugge", WEEK)} == {ANN: state, BOB: "sent"}
    assert main([*ABOUT, "--settle", ANN, word]) == 2
    assert f"no mail to {ANN} is unknown" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*ABOUT, "--settle", BOB, "lost"], f"no mail to {BOB} is unknown"),
        ([*ABOUT, "--settle", ANN, "gone"], "say arrived or lost"),
        (["deliveries", "overbrugge", "--settle", ANN, "lost"], "needs the institution and --week"),
    ],
)
def test_what_cannot_be_settled_is_said(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
