"""May this run mail anybody? A pure decision, taken before a run starts its work."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.errors import UsageError

#: Kinds of run that mail by themselves. A backfill, or a run some other data set off, never does.
AUTOMATIC = ("scheduled", "manual")
CHOICES = ("auto", "never", "again")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the last step may do; ``why_not`` is a sentence for the log when ``send`` is false."""

    send: bool
    again: bool = False
    why_not: str = ""


def decide(
    run_type: str, week: str, newest_complete_week: str, deliver_param: str, has_receipt: bool, approval: bool = False
) -> Decision:
    """Decide from the run's type, its week, the newest complete week at its own clock, and what the ledger knows.

    ``has_receipt``: see `tasks.deliver.ledger.Ledger.has_receipt`. ``approval``: somebody may have to let it go, and a
    backfill asks nobody. Raises UsageError for an unknown choice.
    """
    if deliver_param not in CHOICES:
        raise UsageError(f"deliver = “{deliver_param}” is not a choice. Choose one of: {', '.join(CHOICES)}.")
    if deliver_param == "again" and approval and run_type not in AUTOMATIC:
        return Decision(send=False, why_not=f"A {run_type} run asks nobody for approval: run the week by itself.")
    if deliver_param == "again":
        return Decision(send=True, again=True)
    if deliver_param == "never":
        return Decision(send=False, why_not="deliver = never was asked for.")
    if run_type not in AUTOMATIC:
        return Decision(send=False, why_not=f"A {run_type} run mails nobody, unless asked with deliver = again.")
    if week != newest_complete_week:
        why = f"{week} is not the newest complete week at this run's clock; that is {newest_complete_week}."
        return Decision(send=False, why_not=f"{why} To mail it all the same, ask with deliver = again.")
    if has_receipt:
        return Decision(send=False, why_not=f"{week} was mailed before. To mail it again, ask with deliver = again.")
    return Decision(send=True)


def decide_interim(run_type: str, deliver_param: str) -> Decision:
    """The same for an interim edition: made by hand, and mailed only when asked. Raises UsageError for other runs."""
    if deliver_param not in CHOICES:
        raise UsageError(f"deliver = “{deliver_param}” is not a choice. Choose one of: {', '.join(CHOICES)}.")
    if run_type != "manual":
        raise UsageError(f"An interim edition is made by hand, not by a {run_type} run: trigger a single run.")
    if deliver_param == "again":
        return Decision(send=True)  # each moment has a round of its own: a second run of it mails nobody twice
    return Decision(send=False, why_not="An interim edition mails nobody, unless asked with deliver = again.")
