"""Who waits is told to those who can answer: each of us once of each message, never in the night, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tasks import home
from tasks.deliver.ledger import Ledger
from tasks.digest.book import Book, Planned
from tasks.errors import DeliveryError, DeliveryInDoubt, DeliveryRefused
from tasks.privacy import journal
from tasks.privacy import run as privacy
from tasks.topics.own import NOTE
from tests.deliver.servers import Mailbox, serving
from tests.digest.world import DIGEST, EXAMS, SLUG, WEBCARE, Digests, begin, moment, question
from tests.world import item

EXAM = "Wanneer is het tentamen van dinsdag?"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serving() as box:
        yield box


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Digests:
    return begin(tmp_path, monkeypatch, mailbox)


def test_each_contact_is_told_of_their_own_the_oldest_first_with_address_and_due_time(school: Digests) -> None:
    school.hand(
        question("late", "2026-09-08T07:00", text=EXAM),
        question("new", "2026-09-08T12:00", text=EXAM),
        question("other", "2026-09-08T12:00", text="Waar is de fietsenstalling?"),
        question("answered", "2026-09-08T07:00", text=EXAM),
        item("answer", "2026-09-08T07:30", author="school", author_kind="own", in_reply_to="answered"),
    )
    assert school.tell("2026-09-08T12:30") == {f"waiting {EXAMS}": "sent", f"waiting {WEBCARE}": "sent"}
    told = school.last()
    assert "2 people wait for an answer" in told
    assert "For 1 of 2 the promised time is over." in told
    # Asked at 09:00 and 14:00 on our clock; the promise is four open hours, and we close at 17:00.
    first, second = (told.index(f"https://social.example/posts/{name}") for name in ("late", "new"))
    assert first < second
    flat = " ".join(told.replace("\u00a0", " ").split())
    assert "Exams · Mastodon · Tue 8 Sept 09:00 · promised for Tue 8 Sept 13:00" in flat
    assert "Exams · Mastodon · Tue 8 Sept 14:00 · answer before Wed 9 Sept 10:00" in flat
    assert "“Wanneer is het tentamen van dinsdag?”" in flat
    assert "posts/answered" not in told
    assert "Nobody’s yet · Mastodon" in school.last(WEBCARE).replace("\u00a0", " ")


def test_nobody_hears_twice_of_the_same(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.tell("2026-09-08T11:00")
    assert school.tell("2026-09-08T12:00") == {}
    school.hand(question("b", "2026-09-08T12:10", text=EXAM))
    school.tell("2026-09-08T13:00")
    assert school.mailbox.count[EXAMS] == 2
    assert "posts/a" not in school.last()
    assert "posts/b" in school.last()
    assert school.tell("2026-09-16T13:00") == {}


def test_at_night_nobody_is_disturbed_and_in_the_morning_they_hear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    school = begin(tmp_path, monkeypatch, mailbox, DIGEST + 'quiet = { from = "20:00", until = "08:00" }\n')
    school.hand(question("a", "2026-09-08T17:30", text=EXAM))
    assert school.tell("2026-09-08T18:30") == school.tell("2026-09-09T05:59") == {}
    assert school.tell("2026-09-09T06:00") == {f"waiting {EXAMS}": "sent"}


def test_what_a_server_would_not_take_comes_later_without_those_who_were_answered(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM), question("b", "2026-09-08T10:10", text=EXAM))
    school.mailbox.answers["rcpt", EXAMS] = "452 full"
    with pytest.raises(DeliveryError, match="not everybody could be told"):
        school.tell("2026-09-08T11:00")
    school.mailbox.answers.clear()
    school.hand(item("answer", "2026-09-08T11:30", author="school", author_kind="own", in_reply_to="a"))
    assert school.tell("2026-09-08T12:00") == {f"waiting {EXAMS}": "sent"}
    assert "posts/b" in school.last()
    assert "posts/a" not in school.last()


def test_a_mail_whose_people_were_all_answered_never_goes(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.mailbox.answers["rcpt", EXAMS] = "452 full"
    with pytest.raises(DeliveryError):
        school.tell("2026-09-08T11:00")
    school.mailbox.answers.clear()
    school.hand(item("answer", "2026-09-08T11:30", author="school", author_kind="own", in_reply_to="a"))
    assert school.tell("2026-09-08T12:00") == {}
    assert [
        one.state for one in Ledger(home.ledger_url(), lambda: moment("2026-09-08T12:00")).listed(SLUG, None, None)
    ] == ["skipped"]
    assert school.mailbox.messages == []


def test_a_mail_that_may_have_arrived_is_not_repeated(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.mailbox.answers["data", EXAMS] = "drop"
    with pytest.raises(DeliveryInDoubt):
        school.tell("2026-09-08T11:00")
    school.mailbox.answers.clear()
    assert school.tell("2026-09-08T12:00") == {}
    assert school.mailbox.count[EXAMS] == 1


def test_one_that_was_killed_before_it_mailed_is_sent_by_the_next(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    mail = next(iter(school.mailbox.messages), None)
    assert mail is None
    (draft,) = school.drafts("2026-09-08T11:00")
    assert draft[0] == EXAMS
    from tasks import settings
    from tasks.digest import found, tell

    institution, at = settings.load(SLUG), moment("2026-09-08T11:00")
    for one in tell.news(institution, found.look(institution, at), at):  # … and here it was killed
        Book(home.ledger_url()).plan(SLUG, one.kind, one.recipient, one.items, at)
    assert school.drafts("2026-09-08T11:30") == []
    assert school.tell("2026-09-08T12:00") == {f"waiting {EXAMS}": "sent"}


def test_two_who_plan_the_same_at_once_plan_it_once(school: Digests) -> None:
    book, at, together = Book(home.ledger_url()), moment("2026-09-08T11:00"), Barrier(4)

    def plan(_: int) -> Planned | None:
        together.wait()
        return book.plan(SLUG, "waiting", EXAMS, ["a", "b"], at)

    with ThreadPoolExecutor(4) as many:
        planned = list(many.map(plan, range(4)))
    assert [one.items for one in planned if one] == [("a", "b")]


def test_a_server_that_is_away_for_a_week_keeps_the_news_from_nobody(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.mailbox.answers["rcpt", EXAMS] = "452 full"
    for day in (8, 15):
        with pytest.raises(DeliveryError):
            school.tell(f"2026-09-{day:02d}T11:00")
    school.mailbox.answers.clear()
    assert school.tell("2026-09-15T12:00") == {f"waiting {EXAMS}": "sent"}
    assert "posts/a" in school.last()
    assert school.tell("2026-09-19T12:00") == {}


def test_who_is_a_contact_no_more_gets_nothing_that_still_waited_for_the_server(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.mailbox.answers["rcpt", EXAMS] = "452 full"
    with pytest.raises(DeliveryError):
        school.tell("2026-09-08T11:00")
    school.mailbox.answers.clear()
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text().replace(EXAMS, "new@school.example"))
    assert school.tell("2026-09-08T12:00") == {"waiting new@school.example": "sent"}
    assert EXAMS not in [who for who, _ in school.mails]
    path.write_text(path.read_text().replace("new@school.example", EXAMS))
    assert school.tell("2026-09-08T13:00") == {f"waiting {EXAMS}": "sent"}  # the same mail, which was dropped before


def test_a_contact_without_a_mailbox_is_said_once_and_who_comes_after_hears_all(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.mailbox.answers["rcpt", EXAMS] = "550 5.1.1 unknown"
    with pytest.raises(DeliveryRefused, match="put another contact"):
        school.tell("2026-09-08T11:00")
    assert school.tell("2026-09-08T12:00") == {}
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text().replace(EXAMS, "new@school.example"))
    assert school.tell("2026-09-08T13:00") == {"waiting new@school.example": "sent"}


def test_more_than_a_mail_holds_are_counted_and_where_they_all_are_is_said(school: Digests) -> None:
    school.hand(*(question(f"q{n}", f"2026-09-08T10:{n:02d}", text=EXAM) for n in range(25)))
    school.tell("2026-09-08T11:00")
    assert school.last().count("https://social.example/posts/") == 20
    assert "And 5 more: the case desk lists them all." in " ".join(school.last().split())


def test_private_words_and_hostile_ones(school: Digests) -> None:
    school.hand(
        question("private", "2026-09-08T10:00", text=f"{EXAM} geheim", kind="ticket_message", visibility="private"),
        question("hostile", "2026-09-08T10:01", text=f"{EXAM} <script>alert(1)</script>\r\nBcc: a@b.example"),
        item("addressed", "2026-09-08T10:02", needs_reply=True, text=EXAM, url="javascript:alert(1)"),
    )
    school.tell("2026-09-08T11:00")
    (mail,) = (one for _, one in school.mails)
    html = mail.get_body(("html",))
    assert html
    page = html.get_content()
    assert "geheim" not in page + school.last()
    assert "<script" not in page
    assert "javascript:" not in page
    assert mail["Bcc"] is None


def test_urgent_is_told_at_night_to_its_contact_alone_and_never_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    urgent = f'[urgent]\ncontact = "care@school.example"\naccepted = "{NOTE}"\n'
    school = begin(tmp_path, monkeypatch, mailbox, f'{DIGEST}quiet = {{ from = "20:00", until = "08:00" }}\n{urgent}')
    school.hand(question("u", "2026-09-08T22:00", text="Ik wil niet meer leven door dat tentamen"))
    assert school.tell("2026-09-08T22:30") == {"urgent care@school.example": "sent"}
    told = school.last("care@school.example")
    assert "https://social.example/posts/u" in told
    assert "leven" not in told
    assert school.tell("2026-09-09T08:00") == {}
    assert school.tell("2026-09-23T08:00") == {}  # nor is it anybody else's when it has become old


def test_a_day_far_beyond_the_usual_is_told_once(school: Digests) -> None:
    days = [f"2026-0{month}-{day:02d}" for month, last in ((6, 30), (7, 31), (8, 31)) for day in range(1, last + 1)]
    usual = [item(f"{day}-{n}", f"{day}T1{n}:00", text="Mooi weer") for day in days for n in range(3)]
    storm = [item(f"storm-{n}", f"2026-09-08T09:{n:02d}", text="Mooi weer") for n in range(40)]
    school.hand(*usual, *storm)
    assert school.tell("2026-09-08T10:00") == {f"spike {WEBCARE}": "sent"}
    assert "40 messages came in, where 3 are usual" in " ".join(school.last(WEBCARE).split())
    school.hand(item("more", "2026-09-08T11:00", text="Mooi weer"))
    assert school.tell("2026-09-08T12:00") == {}


def test_it_leads_to_the_case_desk_where_mails_may_link_to_airflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    school = begin(tmp_path, monkeypatch, mailbox)
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text().replace("[deliver]", '[deliver]\narchive_url = "https://airflow.school.example"'))
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.tell("2026-09-08T11:00")
    assert "https://airflow.school.example/case-desk/weekly_report__school/" in school.last()


def test_off_unless_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> None:
    school = begin(tmp_path, monkeypatch, mailbox, "")
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    assert school.tell("2026-09-08T11:00") == {}
    assert school.mailbox.messages == []


def test_a_new_key_and_an_erasure_repeat_nothing(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.tell("2026-09-08T11:00")
    before = Book(home.ledger_url()).items(SLUG)
    privacy.rotate(SLUG)
    assert before != Book(home.ledger_url()).items(SLUG)
    assert school.tell("2026-09-08T12:00") == {}


def test_a_mail_with_peoples_words_is_a_look(school: Digests) -> None:
    school.hand(question("a", "2026-09-08T10:00", text=EXAM))
    school.drafts("2026-09-08T10:30")
    school.tell("2026-09-08T11:00")
    looks = [(one.what, one.items) for one in journal.looks(SLUG)]
    assert looks == [("digest", 1), ("digest", 1)]
    assert journal.looks(SLUG)[-1].by == f"mail to {EXAMS}"
