"""Every trap of the specification by name, and the case or test that proves it: a trap without one is a failure.

A proof is a case of a metric ("metric: name of the case", from tests/metrics) or a test ("file.py: name of the test").
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FIRST, SLA = "first_response_time", "sla_attainment"
TRAPS: dict[str, tuple[str, ...]] = {
    "those who were never answered are not left out of response time": (
        f"{FIRST}: those who still wait are counted: the median is not that of the answered",
        f"{FIRST}: a curve that never comes down to a half has no median",
        "oracles/test_simulation.py: test_our_median_is_within_three_per_cent_of_the_truth",
        "oracles/test_simulation.py: test_the_median_of_the_answered_is_wrong_by_more_than_half",
    ),
    "closed without an answer is never answered, at risk until the cut-off": (
        f"{FIRST}: closed without an answer is never answered: at risk until the cut-off, not until it was closed",
        "oracles/test_helpdesk.py: test_every_first_answer_is_what_a_person_with_a_calendar_counts",
    ),
    "a reply earlier than its message is set aside, never clipped to nought": (
        "oracles/test_landed.py: test_a_reply_from_before_its_message_is_set_aside_and_never_counted_as_no_time_at_all",
    ),
    "arrival and reply in one closed period are 0 open seconds, counted apart": (
        f"{FIRST}: arrival and answer in the same closed night are 0 open seconds, and counted apart",
    ),
    "several messages before an answer are one episode, clock from the first": (
        f"{FIRST}: several messages before an answer are one turn, its clock starts at the first",
    ),
    "an edit keeps the episode, a deletion keeps the count": (
        "oracles/test_landed.py: test_an_edit_keeps_the_episode_and_a_deletion_keeps_the_count",
        "mention_volume: a deleted message still counts",
    ),
    "auto-replies, bots, templates and the author himself never stop the clock": (
        f"{FIRST}: no bot, auto-reply, note among colleagues or the author himself stops the clock",
        f"{FIRST}: a template stops no clock, and neither does a bot of ours; the answer after them does",
        "oracles/test_landed.py: "
        "test_only_a_person_of_ours_who_answers_in_public_or_in_private_or_calls_stops_the_clock",
    ),
    "another department's own account does": (
        f"{FIRST}: the account of another department answers as well as the one that was asked",
    ),
    "a private reply (message, telephone, ticket) counts when logged": (
        f"{FIRST}: an answer to somebody else in the thread is no answer to me; a private answer is one",
        f"{FIRST}: a telephone call that was logged with the case is an answer",
        "oracles/test_landed.py: "
        "test_only_a_person_of_ours_who_answers_in_public_or_in_private_or_calls_stops_the_clock",
    ),
    "an internal note never counts, not even before the first public answer": (
        f"{FIRST}: no bot, auto-reply, note among colleagues or the author himself stops the clock",
        "oracles/test_helpdesk.py: test_every_first_answer_is_what_a_person_with_a_calendar_counts",
    ),
    "reopened is a new episode, not five days": (
        f"{FIRST}: who comes back five days after an answer begins a new turn: the first response stays what it was",
        "reply_wait: every turn counts: who comes back after an answer waits anew, on a clock of their own",
        "backlog: everything without an answer at the cut-off, however old; a reopened thread waits again",
    ),
    "a desk that never closes has no closed minute at midnight": (
        f"{FIRST}: a desk that never closes has no closed minute at midnight",
        "oracles/test_minutes.py: "
        "test_a_desk_that_never_closes_has_no_closed_second_at_midnight_nor_when_the_clock_changes",
    ),
    "late rows restate last week, with the difference shown": (
        "oracles/test_landed.py: test_late_rows_change_the_figures_of_the_week_they_belong_to",
        "test_restated.py: test_what_moved_is_told_as_it_was_and_as_it_is",
    ),
    "a parent that is missing, or arrives later, in either order and across a week's border": (
        f"{FIRST}: replies to a message that nobody has are one conversation, "
        "and whoever is answered in it is answered",
        "oracles/test_landed.py: test_a_parent_may_arrive_later_or_never_across_a_weeks_border_too",
        "oracles/test_landed.py: test_a_reply_whose_parent_never_comes_is_a_conversation_until_it_does",
    ),
    "a range of weeks and a single week agree, and so do week by week and all at once": (
        "oracles/test_week_by_week.py: test_a_week_by_itself_says_what_it_says_in_a_range",
        "oracles/test_week_by_week.py: test_week_by_week_gives_the_turns_of_all_at_once",
    ),
    "weeks are those of the institution's clock, of 167, 168 or 169 hours": (
        "mention_volume: the week ends at local midnight, not at UTC midnight",
        f"{FIRST}: both changes of the clock: a Sunday hour that is skipped is no hour on the calendar clock",
        f"{FIRST}: both changes of the clock: a Sunday hour that is there twice counts twice on the calendar clock",
        "oracles/test_minutes.py: test_the_clock_equals_a_count_of_minutes",
    ),
    "cohorts by arrival, never by the date of the reply; a pooled range has one cut-off": (
        f"{FIRST}: a pooled range is one cohort with one cut-off",
    ),
    "nothing after the cut-off is known": (
        f"{FIRST}: an answer after the cut-off is not known yet",
        "backlog: answered after the cut-off was still open at it",
        "loop_closure: solved after the cut-off was not solved at it",
    ),
    "changing opening hours never changes history": (
        "oracles/test_changed_hours.py: test_other_hours_from_a_date_on_leave_every_figure_of_before_it_alone",
        f"{SLA}: the hours of the day: longer since Wednesday, and of before nothing moves",
    ),
    "national holidays are closed, and the institution's own word goes before them": (
        f"{SLA}: a national holiday is a closed day",
        "oracles/test_minutes.py: test_the_clock_equals_a_count_of_minutes",
    ),
    "the target as it was at arrival": (
        f"{SLA}: the promise as it was when the message came: two hours since Wednesday, four before",
    ),
    "early answers to what is not yet due flatter nobody": (
        f"{SLA}: unanswered counts against us; running counts not at all, not even when it was answered early",
    ),
    "acknowledgement and answer are two targets": (
        "acknowledgement: a template acknowledges and does not answer; "
        "on the last second in time, one second after too late",
    ),
    "what asks for no answer is shown apart, threads that we started too": (
        "eligibility: every reason to ask for no answer is counted apart, and the share that people declared is shown",
        f"{FIRST}: threads that we started are not waiting for us",
    ),
    "eligibility may be set to every conversation that somebody else opens": (
        "oracles/test_landed.py: test_an_institution_may_count_every_conversation_that_somebody_else_opens",
    ),
    "one person with many messages is one person": (
        "net_sentiment: one angry person with many posts is one person: the interval cannot be drawn",
    ),
    "a minute in which both question and answer fall": (
        f"{FIRST}: asked and answered within one minute: what is answered comes before its answer, whatever the ids",
    ),
}


def there_is(proof: str) -> bool:
    where, name = proof.split(": ", 1)
    if where.endswith(".py"):
        tree = ast.parse((TESTS / where).read_text(encoding="utf-8"))
        return any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body)
    cases = tomllib.loads((TESTS / "metrics" / f"{where}.toml").read_text(encoding="utf-8"))["case"]
    return any(case["name"] == name for case in cases)


@pytest.mark.parametrize("trap", TRAPS)
def test_the_trap_has_its_case(trap: str) -> None:
    assert TRAPS[trap], "no case at all"
    assert [proof for proof in TRAPS[trap] if not there_is(proof)] == []


def test_a_case_that_is_not_there_is_missed() -> None:
    assert not there_is(f"{FIRST}: a case that nobody wrote")
    assert not there_is("oracles/test_traps.py: test_that_nobody_wrote")
