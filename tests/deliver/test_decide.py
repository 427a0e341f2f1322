"""Every combination of run, week, wish and receipt."""

from __future__ import annotations

import itertools

import pytest

from tasks.deliver.decide import decide, decide_interim
from tasks.errors import UsageError

RUNS = ("scheduled", "manual", "backfill", "asset_triggered")


@pytest.mark.parametrize(("run", "newest", "receipt"), list(itertools.product(RUNS, (True, False), (True, False))))
def test_auto_sends_only_new_mail_of_the_newest_week_outside_backfills(run: str, newest: bool, receipt: bool) -> None:
    decision = decide(run, "2026-W47", "2026-W47" if newest else "2026-W48", "auto", receipt)
    assert decision.send == (run in ("scheduled", "manual") and newest and not receipt)
    assert bool(decision.why_not) != decision.send
    assert not decision.again


@pytest.mark.parametrize(("run", "receipt"), list(itertools.product(RUNS, (True, False))))
def test_never_and_again_mean_what_they_say(run: str, receipt: bool) -> None:
    assert not decide(run, "2026-W47", "2026-W47", "never", receipt).send
    again = decide(run, "2026-W40", "2026-W47", "again", receipt)
    assert (again.send, again.again, again.why_not) == (True, True, "")


def test_the_newest_week_is_neither_older_nor_still_running() -> None:
    assert not decide("manual", "2026-W46", "2026-W47", "auto", has_receipt=False).send
    assert not decide("manual", "2026-W48", "2026-W47", "auto", has_receipt=False).send


def test_an_unknown_wish_is_refused() -> None:
    with pytest.raises(UsageError, match="auto, never, again"):
        decide("manual", "2026-W47", "2026-W47", "maybe", has_receipt=False)


def test_an_interim_edition_is_made_by_hand_and_mailed_only_when_asked() -> None:
    assert decide_interim("manual", "again").send
    for wish in ("auto", "never"):
        assert not decide_interim("manual", wish).send
    for run in ("scheduled", "backfill"):
        with pytest.raises(UsageError, match="single run"):
            decide_interim(run, "auto")
    with pytest.raises(UsageError, match="auto, never, again"):
        decide_interim("manual", "maybe")
