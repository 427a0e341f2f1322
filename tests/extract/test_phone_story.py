"""The phone story: a tweet becomes a ticket of Student Affairs, somebody calls back, it is solved, and we say so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tasks import home
from tasks.extract import landing, remembered
from tasks.extract.http.credentials import Credentials
from tasks.measure import document
from tasks.period import Week
from tasks.privacy import run
from tasks.privacy.person import Person
from tests.extract import x_server
from tests.extract.topdesk_server import TABLE, Topdesk, stamp
from tests.extract.world import School, moment
from tests.extract.x_server import X
from tests.privacy.school import found

WEEK, HOUR = "2026-W37", 3600
TWEET = "@school ik kan al een week niet inloggen voor mijn inschrijving, wat moet ik doen?"
CAUSE, ACTION = "De koppeling met DUO stond uit.", "De koppeling staat weer aan."
SOURCES = """
[[source]]
id         = "x"
type       = "x"
name       = { nl = "X", en = "X" }
connection = "x"
queries    = ["overbrugge"]
accounts   = ["@School"]
"""
STUDENT_AFFAIRS = """
[[department]]
id       = "student_affairs"
name     = { nl = "Studentzaken", en = "Student Affairs" }
keywords = ["inschrijving"]
"""


@pytest.fixture
def school(school: School) -> School:
    school.listen(SOURCES)
    school.listen(TABLE)
    config = next(home.CONFIG.glob("*.toml"))
    config.write_text(config.read_text() + STUDENT_AFFAIRS)
    return school


def tweeted(school: School) -> str:
    """A tweet of Tuesday 10:00 (local), collected."""
    school.credentials = Credentials({"token": "the-bearer-token-of-x"})
    service = X(school.faults).serve()
    service.now = moment("2026-09-08T09:00")
    number = service.post("2026-09-08T08:00", TWEET)
    assert school.collect("x", "2026-09-08T09:00").status == "complete"
    return number


def helpdesk(school: School) -> Topdesk:
    school.credentials = Credentials({"user": "report", "password": "made-for-this-application"})
    return Topdesk(school.faults).serve()


def solved(desk: Topdesk, text: str, **more: Any) -> str:
    """Made into a ticket at 11:00, taken at 12:00, called back at 14:00, solved on Wednesday at 10:00 (all local)."""
    ticket = desk.incident("2026-09-08T09:00", text, **more)
    desk.act(ticket, "2026-09-08T10:00", "Ik pak dit op", invisibleForCaller=True)
    known = desk.incidents[ticket].get("optionalFields1", {})
    called = {**known, "text1": CAUSE, "text2": ACTION, "date1": stamp("2026-09-08T12:00")}
    desk.change(ticket, "2026-09-09T08:00", optionalFields1=called, completed=True)
    desk.change(
        ticket, "2026-09-09T08:00", completedDate=stamp("2026-09-09T08:00"), processingStatus={"name": "Gereed"}
    )
    return ticket


def measured(school: School) -> dict[str, Any]:
    week = Week.parse(WEEK, school.institution.zone)
    made: dict[str, Any] = document.build(school.institution, week, week.cutoff)
    return made


def figure(made: dict[str, Any], metric: str) -> dict[str, Any]:
    rows = made["metrics"][metric]["rows"]
    return next(row for row in rows if (row["week"], row["dimension"]) == (WEEK, "all"))


def at(told: Any) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)


def test_tweet_topic_department_ticket_callback_solved_you_said_we_did(school: School) -> None:
    number = tweeted(school)
    desk = helpdesk(school)
    solved(desk, f"Via X: {TWEET}<br>https://twitter.com/somebody/status/{number}?s=20")
    asked = school.collect("topdesk", "2026-09-09T09:00")
    assert (asked.status, asked.reason) == ("complete", "")
    tweet, opening, note = school.stage(WEEK)
    assert (tweet["source"], tweet["case_department"], tweet["case_status"]) == ("x", "student_affairs", "solved")
    assert tweet["topics"]
    assert tweet["department"] == "student_affairs"
    assert (opening["direction"], opening["text"], note["direction"]) == ("internal", None, "internal")
    made = measured(school)
    (story,) = made["lists"]["solved_cases"]
    assert (story["source"], story["department"], story["with_feedback"]) == ("x", "student_affairs", True)
    assert (story["cause"], story["action"]) == (CAUSE, ACTION)
    assert "inloggen" in story["excerpt"]
    assert at(story["heard_at"]) == moment("2026-09-08T08:00")
    assert at(story["first_answer_at"]) == at(story["contacted_at"]) == moment("2026-09-08T12:00")
    assert story["resolve_calendar_seconds"] == 24 * HOUR
    owner, call, solution = (figure(made, name) for name in ("time_to_owner", "callback_time", "resolution_time"))
    assert (owner["n"], owner["median_open_seconds"]) == (1, 2 * HOUR)
    assert (call["n"], call["median_open_seconds"]) == (1, 2 * HOUR)
    assert (solution["n"], solution["median_open_seconds"]) == (1, 8 * HOUR)
    answer = figure(made, "first_response_time")
    assert (answer["n"], answer["median_open_seconds"]) == (1, 4 * HOUR)
    assert figure(made, "mention_volume")["n"] == 1  # the ticket opens with a copy of it


def test_a_ticket_is_tied_to_its_tweet_when_that_is_collected_after_it(school: School) -> None:
    desk = helpdesk(school)
    reporting = school.credentials
    number = x_server.native("2026-09-08T08:00", 0)
    solved(desk, TWEET, optionalFields2={"text1": f"x:{number}"})
    school.collect("topdesk", "2026-09-09T09:00")
    assert tweeted(school) == number
    school.credentials = reporting
    desk.serve()
    school.collect("topdesk", "2026-09-09T10:00")
    # No post is looked for any more.
    assert school.cursors.read("school", "topdesk").position.keys() == {
        "seen",
        "sweep",
    }  # nothing is looked for any more
    tweet, opening, _ = school.stage(WEEK)
    assert (tweet["case_id"], opening["visibility"]) == (opening["case_id"], "internal")


def test_a_ticket_of_a_later_week_is_tied_to_its_tweet(school: School) -> None:
    number = tweeted(school)
    desk = helpdesk(school)
    desk.incident("2026-09-22T09:00", f"Zie https://x.com/somebody/status/{number}.")
    school.collect("topdesk", "2026-09-22T10:00")
    (tweet,) = school.stage(WEEK)
    assert (tweet["case_department"], tweet["created_at"]) == ("student_affairs", moment("2026-09-08T08:00"))
    (opening,) = school.stage("2026-W39")
    assert (opening["case_id"], opening["visibility"]) == (tweet["case_id"], "internal")


def test_a_ticket_that_names_no_post_is_a_case_of_its_own(school: School) -> None:
    desk = helpdesk(school)
    solved(desk, TWEET.removeprefix("@school "))
    school.collect("topdesk", "2026-09-09T09:00")
    opening, note = school.stage(WEEK)
    assert (opening["direction"], opening["eligibility"], opening["visibility"]) == ("inbound", "eligible", "private")
    assert opening["case_department"] == "student_affairs"
    assert note["direction"] == "internal"
    assert opening["text"] == TWEET.removeprefix("@school ")


def test_who_tweeted_is_erased_from_the_ticket_as_well(school: School) -> None:
    number = tweeted(school)
    desk = helpdesk(school)
    solved(desk, f"{TWEET}<br>https://x.com/student/status/{number}")
    school.collect("topdesk", "2026-09-09T09:00")
    case = school.stage(WEEK)[0]["case_id"]
    assert found("niet inloggen voor mijn")
    run.erase("school", Person("x", "@student"), by="dpo", really=True)
    assert found(f"niet inloggen voor mijn|{number}|x.com/student") == []
    erased, opening, _ = school.mentions(WEEK)
    assert (erased["case_id"], erased["case_status"], erased["text"]) == (case, "solved", None)
    assert opening["case_id"] == case


def test_when_raw_pages_are_gone_the_case_stays_and_only_the_tickets_own_numbers_are_remembered(
    school: School,
) -> None:
    number = tweeted(school)
    desk = helpdesk(school)
    solved(desk, f"Zie https://x.com/somebody/status/{number}")
    school.collect("topdesk", "2026-09-09T09:00")
    before = school.stage(WEEK)
    config = next(home.CONFIG.glob("*.toml"))
    config.write_text(config.read_text() + "\n[privacy]\nraw_days = 3\n")
    run.retain("school", date(2026, 9, 15), really=True)
    assert [page for page in landing.pages("school") if page.raw_name] == []
    assert {name.partition(":")[0] for name in remembered.read("school", "topdesk").items} == {"i0"}
    kept = school.stage(WEEK)
    keys = ("item_id", "case_id", "case_department", "contacted_at", "resolved_at", "direction")
    assert [[row[key] for key in keys] for row in kept] == [[row[key] for key in keys] for row in before]
    asked = school.collect("topdesk", "2026-09-15T12:00")  # known by what is remembered: nothing is landed again
    assert (asked.status, asked.pages) == ("complete", 0)
