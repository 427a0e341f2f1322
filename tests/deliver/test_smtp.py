"""What every way a server can answer, or fail to, means."""

from __future__ import annotations

import pytest

from tasks.deliver.smtp import Server, attempt
from tasks.errors import UsageError
from tests.deliver.servers import Scripted, dead, serving

MESSAGE = b"Subject: hi\r\n\r\nline\r\n.dot\r\n..two\r\nend\r\n"
HELLO, OK, GO = b"250 hi\r\n", b"250 ok\r\n", b"354 go\r\n"
GREETED = [HELLO, OK, OK, GO]


def tried(script: Scripted, timeout_seconds: float = 5.0) -> tuple[str, str]:
    with script.running(timeout_seconds) as server:
        outcome = attempt(server, "a@x.example", "b@x.example", MESSAGE)
    return outcome.state, outcome.reply


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([HELLO, b"421 busy\r\n"], "pending"),
        ([HELLO, b"530 log in first\r\n"], "pending"),
        ([HELLO, b"550 not from you\r\n"], "refused"),
        ([HELLO, OK, b"452 full\r\n"], "pending"),
        ([HELLO, OK, b"550 nobody here\r\n"], "refused"),
        ([HELLO, OK, OK, b"451 later\r\n"], "pending"),
        ([HELLO, OK, OK, b"554 never\r\n"], "refused"),
        ([None], "pending"),
        ([HELLO, None], "pending"),
        ([HELLO, OK, None], "pending"),
        ([HELLO, OK, OK, None], "pending"),
        ([b"500 what\r\n", b"500 what\r\n"], "pending"),
        ([HELLO, OK, b"nonsense\r\n"], "pending"),
    ],
)
def test_before_the_body_left_nothing_was_accepted(answers: list[bytes | None], state: str) -> None:
    assert tried(Scripted(answers))[0] == state


@pytest.mark.parametrize(
    ("after_body", "state"),
    [
        (b"250 taken\r\n", "sent"),
        (b"452 full\r\n", "pending"),
        (b"550 spam\r\n", "refused"),
        (None, "unknown"),
        (b"nonsense\r\n", "unknown"),
        (b"250" + b"x" * 9000 + b"\r\n", "unknown"),
        (b"354 more\r\n", "unknown"),
    ],
)
def test_after_the_body_only_a_clear_answer_counts(after_body: bytes | None, state: str) -> None:
    assert tried(Scripted(GREETED, after_body))[0] == state


def test_silence_is_pending_before_the_body_and_unknown_after() -> None:
    assert tried(Scripted([HELLO, OK, b"..."]), 0.3)[0] == "pending"
    assert tried(Scripted(GREETED, b"..."), 0.3)[0] == "unknown"
    assert tried(Scripted([], greeting=b"..."), 0.3)[0] == "pending"


def test_a_greeting_that_says_no_and_a_dead_port_are_pending() -> None:
    assert tried(Scripted([], greeting=b"554 go away\r\n"))[0] == "pending"
    with dead() as server:
        outcome = attempt(server, "a@x.example", "b@x.example", MESSAGE)
    assert outcome.state == "pending"
    assert "refused" in outcome.reply.lower()


def test_hanging_up_instead_of_a_farewell_is_still_sent() -> None:
    """`Scripted` hangs up at QUIT without a word."""
    assert tried(Scripted(GREETED)) == ("sent", "250 ok")


def test_dots_are_doubled_on_the_wire_and_arrive_as_they_were() -> None:
    script = Scripted(GREETED)
    tried(script)
    assert script.bodies == [b"Subject: hi\r\n\r\nline\r\n..dot\r\n...two\r\nend\r\n"]
    with serving() as box:
        assert attempt(box.server, "a@x.example", "b@x.example", MESSAGE).state == "sent"
        assert box.messages == [("b@x.example", MESSAGE)]


def test_a_reply_is_one_bounded_printable_line() -> None:
    long = b"550-\x1b[31mred\r\n550-" + b"y" * 500 + b"\r\n550 \xff\x00end\r\n"
    state, reply = tried(Scripted([HELLO, OK, long]))
    assert state == "refused"
    assert len(reply) <= 200
    assert reply.isprintable()


def test_encryption_that_is_not_offered_is_never_done_without() -> None:
    with serving() as box:
        server = Server("127.0.0.1", box.server.port, security="starttls")
        outcome = attempt(server, "a@x.example", "b@x.example", MESSAGE)
        assert (outcome.state, box.messages) == ("pending", [])


def test_a_password_that_is_refused_is_pending_and_never_shown() -> None:
    script = Scripted([b"250-hi\r\n250 AUTH PLAIN LOGIN\r\n", b"535 no hunter2\r\n", b"535 no hunter2\r\n"])
    with script.running() as plain:
        server = Server("127.0.0.1", plain.port, "me", "hunter2")
        outcome = attempt(server, "a@x.example", "b@x.example", MESSAGE)
    assert outcome.state == "pending"
    assert "hunter2" not in outcome.reply + repr(server)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:2525", Server("127.0.0.1", 2525)),
        ("smtp://localhost", Server("localhost", 25)),
        ("smtp+starttls://me:p%40ss@mail.example", Server("mail.example", 587, "me", "p@ss", "starttls")),
        ("smtps://me:x@mail.example:4650", Server("mail.example", 4650, "me", "x", "tls")),
    ],
)
def test_addresses(url: str, server: Server) -> None:
    assert Server.from_url(url) == server


@pytest.mark.parametrize(
    "url", ["", "mail.example", "http://x", "smtp://", "smtp://u:secret@h:port", "smtps://h/x?secret"]
)
def test_bad_addresses_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(UsageError, match="WEERKLANK_SMTP") as caught:
        Server.from_url(url)
    assert "secret" not in str(caught.value)


def test_a_password_never_travels_unencrypted() -> None:
    with pytest.raises(UsageError, match="unencrypted"):
        Server.from_url("smtp://me:secret@mail.example")
    assert Server.from_url("smtp://me:secret@127.0.0.1").user == "me"
