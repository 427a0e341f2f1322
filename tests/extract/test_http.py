"""The client against a server of faults. Numbers in names are those of the list of faults in the specification."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import traceback
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpcore
import pytest

from tasks import home
from tasks.errors import SourceError
from tasks.extract.http.address import Guard, is_public
from tasks.extract.http.body import Caps
from tasks.extract.http.budget import Budget
from tasks.extract.http.client import LONGEST_WAIT_SECONDS, MOST_REDIRECTS, TRIES, Client
from tasks.extract.http.credentials import Credentials
from tasks.extract.http.faults import BadAnswer, BudgetSpent, Forbidden, Refused, Unreachable, WaitUntil
from tests.extract import certificates, server
from tests.extract.asking import BEGAN, MadeUpTime, client
from tests.extract.server import (
    Faults,
    Handler,
    answer,
    bomb,
    cut_off,
    html,
    huge,
    redirect,
    reset,
    slow,
    status,
    too_many,
)

GOOD = answer({"fine": True})
SOON, LATE = timedelta(seconds=40), timedelta(minutes=14)


def headers_for(stretch: timedelta) -> dict[str, dict[str, str]]:
    """The same moment in every dialect."""
    then = BEGAN + stretch
    seconds = str(int(stretch.total_seconds()))
    return {
        "retry_after_seconds": {"retry_after": seconds},
        "retry_after_date": {"retry_after": format_datetime(then, usegmt=True)},
        "reset_iso": {"x_ratelimit_reset": then.isoformat().replace("+00:00", ".000000Z")},
        "reset_epoch": {"x_rate_limit_reset": str(int(then.timestamp()))},
        "reset_seconds_left": {"x_ratelimit_reset": seconds},
    }


@pytest.mark.parametrize("dialect", headers_for(SOON))
def test_06_no_request_before_the_allowed_time(faults: Faults, dialect: str) -> None:
    timing = MadeUpTime()
    moments = []

    def good(handler: Handler) -> None:
        moments.append(timing.at)
        GOOD(handler)

    faults.script("/a", too_many(**headers_for(SOON)[dialect]), good)
    with client(faults, timing=timing) as asking:
        assert asking.get(faults.url("/a")).json() == {"fine": True}
        assert asking.spent.waited_seconds == pytest.approx(40, abs=0.01)
        assert asking.spent.statuses == {"429": 1, "200": 1}
    assert moments == [BEGAN + SOON]


@pytest.mark.parametrize("dialect", headers_for(LATE))
def test_06_a_long_wait_holds_no_worker(faults: Faults, dialect: str) -> None:
    timing = MadeUpTime()
    faults.script("/a", too_many(**headers_for(LATE)[dialect]), GOOD)
    with client(faults, timing=timing) as asking, pytest.raises(WaitUntil) as told:
        asking.get(faults.url("/a"))
    assert told.value.moment == BEGAN + LATE
    assert sum(timing.slept) < LONGEST_WAIT_SECONDS
    assert faults.asked["/a"] == 1
    # The next run is told, and does not knock before the time either.
    with client(faults, timing=timing, closed_until=told.value.moment) as asking, pytest.raises(WaitUntil):
        asking.get(faults.url("/a"))
    assert faults.asked["/a"] == 1


@pytest.mark.parametrize("dialect", [name for name in headers_for(SOON) if name.startswith("reset")])
def test_06_the_last_allowed_request_is_followed_by_a_wait(faults: Faults, dialect: str) -> None:
    timing = MadeUpTime()
    headers = {"x_ratelimit_remaining": "0"} | headers_for(SOON)[dialect]
    faults.script("/a", answer({"n": 1}, **headers), answer({"n": 2}))
    with client(faults, timing=timing) as asking:
        assert asking.get(faults.url("/a")).json() == {"n": 1}
        assert timing.at == BEGAN
        assert asking.get(faults.url("/a")).json() == {"n": 2}
    assert timing.at == BEGAN + SOON
    assert faults.asked["/a"] == 2


def test_06_a_header_that_says_nothing_readable_is_no_reason_to_wait_for_ever(faults: Faults) -> None:
    timing = MadeUpTime()
    faults.script("/a", too_many(retry_after="soonish"), too_many(retry_after="99999999999999999999"), GOOD)
    with client(faults, timing=timing) as asking:
        assert asking.get(faults.url("/a")).status == 200
    assert sum(timing.slept) < 10
    faults.script("/a", too_many(retry_after="864000"))
    with client(faults, timing=timing) as asking, pytest.raises(WaitUntil) as told:
        asking.get(faults.url("/a"))
    assert told.value.moment - timing.at <= timedelta(days=1)


def test_07_errors_that_pass_are_tried_again(faults: Faults) -> None:
    timing = MadeUpTime()
    faults.script("/a", status(503), reset, cut_off, GOOD)
    with client(faults, timing=timing) as asking:
        assert asking.get(faults.url("/a")).json() == {"fine": True}
        assert asking.spent.retries == 3
        assert asking.spent.statuses == {"503": 1, "none": 2, "200": 1}
    assert 0.5 <= timing.slept[0] <= 1 <= timing.slept[1] <= 2 <= timing.slept[2] <= 4


def test_07_tries_are_bounded_and_jittered(faults: Faults) -> None:
    faults.script("/a", status(500))
    pauses = []
    for seed in (1, 2):
        timing = MadeUpTime()
        asking = Client("source", timing=timing, chance=random.Random(seed), guard=Guard(allowed=[faults.address]))  # noqa: S311
        with asking, pytest.raises(Unreachable, match="HTTP 500") as told:
            asking.get(faults.url("/a"))
        assert f"in {TRIES} tries" in str(told.value)
        pauses.append(timing.slept)
    assert faults.asked["/a"] == 2 * TRIES
    assert pauses[0] != pauses[1]


def test_07_a_server_that_is_gone_and_a_name_that_is_none(faults: Faults) -> None:
    with client(faults) as asking:
        asking._line.close()
    gone = Client("source", timing=MadeUpTime(), guard=Guard(allowed=["127.0.0.1:9"]))
    with gone, pytest.raises(Unreachable, match="no usable answer"):
        gone.get("http://127.0.0.1:9/")

    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    lost = Client("source", timing=MadeUpTime(), guard=Guard(resolve=unknown))
    with lost, pytest.raises(Unreachable, match=r"the name nowhere\.example is not known"):
        lost.get("https://nowhere.example/")


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_07_a_refusal_is_not_repeated(faults: Faults, code: int) -> None:
    faults.script("/a", status(code))
    with client(faults) as asking, pytest.raises(Refused) as told:
        asking.get(faults.url("/a"))
    assert told.value.status == code
    assert faults.asked["/a"] == 1
    with client(faults) as asking:
        assert asking.get(faults.url("/a"), accepted=(code,)).status == code


BAD_BODIES = {
    "truncated JSON": (answer(b'[{"id": "1"}, {"id": '), "not valid JSON"),
    "HTML with status 200": (html(), "says that it is text/html"),
    "HTML that says it is JSON": (answer(b"<html>"), "not valid JSON"),
    "wrong charset": (answer('["é"]'.encode("latin-1")), "is not the utf-8 text"),
    "unknown charset": (answer(b"[]", content_type="application/json; charset=klingon"), "is not known"),
    "100 MB": (huge(100), "bigger than"),
    "gzip bomb": (bomb(60), "unpacks to more than"),
    "no gzip": (answer(b"[]", content_encoding="gzip"), "is no gzip"),
    "packing that was not asked for": (answer(b"[]", content_encoding="br"), "was not asked for"),
    "deep JSON": (answer(b"[" * 200_000), "not valid JSON"),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_09_a_bad_body_is_refused_with_its_reason(faults: Faults, name: str) -> None:
    step, reason = BAD_BODIES[name]
    faults.script("/a", step)
    with client(faults) as asking, pytest.raises(BadAnswer, match=reason) as told:
        asking.get(faults.url("/a")).json()
    assert len(told.value.head) <= Caps().head_bytes
    assert faults.asked["/a"] == 1


def test_09_json_in_another_charset_is_read_when_it_says_so(faults: Faults) -> None:
    faults.script("/a", answer('["é"]'.encode("latin-1"), content_type="application/json; charset=ISO-8859-1"))
    with client(faults) as asking:
        assert asking.get(faults.url("/a")).json() == ["é"]


def test_09_a_slow_body_ends_at_its_cap(faults: Faults) -> None:
    faults.script("/a", slow(0.02))
    with client(faults, caps=Caps(total_seconds=0.3)) as asking, pytest.raises(BadAnswer, match=r"more than 0\.3 sec"):
        asking.get(faults.url("/a"))
    faults.script("/a", slow(5))
    with client(faults, caps=Caps(read_seconds=0.1)) as asking, pytest.raises(Unreachable):
        asking.get(faults.url("/a"))


MEMORY = """
    from pathlib import Path
    from tasks.extract.http.faults import BadAnswer
    from tests.extract import server
    from tests.extract.asking import client

    def most_mb():
        # Not ru_maxrss: that begins with what the process had that started this one.
        [line] = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM")]
        return int(line.split()[1]) / 1024

    # The server is this very process too: it makes each megabyte once.
    with server.running() as faults, client(faults) as asking:
        faults.script("/huge", server.huge(100))
        faults.script("/bomb", server.bomb(400))
        for path in ("/huge", "/bomb"):
            try:
                asking.get(faults.url(path))
            except BadAnswer as error:
                print(error)
    print(most_mb())
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel here does not tell what a process took")
def test_09_a_hundred_megabytes_and_a_bomb_of_400_stay_under_300_mb(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEMORY)],
        capture_output=True,
        text=True,
        cwd=home.ROOT,
        check=True,
        timeout=120,
    )
    *refused, most = done.stdout.splitlines()
    assert [line.partition("used: ")[2][:12] for line in refused] == ["it is bigger", "it unpacks t"]
    assert float(most) < 300


PRIVATE = [
    "127.0.0.1",
    "127.8.9.1",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 not bound to
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "nonsense",
    "1.2.3",
]


def test_13_addresses_of_our_own_are_told_from_public_ones() -> None:
    assert [address for address in PRIVATE if is_public(address)] == []
    public = ["8.8.8.8", "1.1.1.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
    assert [address for address in public if not is_public(address)] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://user:pass@10.0.0.1/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "/etc/passwd",
    ],
)
def test_13_no_address_of_our_own_is_ever_connected_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connected(*args: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connected)
    with Client("source", timing=MadeUpTime()) as asking, pytest.raises(Forbidden):
        asking.get(url)


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/latest/", "http://127.0.0.1:1/", "file:///etc/passwd", "http://[fd00::1]/"]
)
def test_13_redirects_are_looked_at_again(faults: Faults, to: str) -> None:
    faults.script("/a", redirect(to))
    with client(faults) as asking, pytest.raises(Forbidden):
        asking.get(faults.url("/a"))


def test_13_redirects_end(faults: Faults) -> None:
    faults.script("/a", redirect("/b"))
    faults.script("/b", GOOD)
    faults.script("/round", redirect("/round"))
    with client(faults) as asking:
        assert asking.get(faults.url("/a")).json() == {"fine": True}
        with pytest.raises(Forbidden, match="redirects more than"):
            asking.get(faults.url("/round"))
    assert faults.asked["/round"] == MOST_REDIRECTS + 1


def test_13_a_name_is_resolved_once_and_that_address_is_connected_to(
    faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public at the first look, our own at the second."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["8.8.8.8", "127.0.0.1"]])
    connected: list[str] = []

    def connect(self: object, host: str, *args: object) -> None:
        connected.append(host)
        raise httpcore.ConnectError("as scripted")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    guard = Guard(resolve=lambda host, port: next(answers))
    asking = Client("source", timing=MadeUpTime(), guard=guard)
    for _ in range(2):
        with pytest.raises(Forbidden):  # the first is a failed connection, its second try is already ours
            asking.get("http://rebinding.example/")
    assert connected == ["8.8.8.8"]


def test_13_a_name_that_leads_to_the_allowed_server_keeps_its_name(faults: Faults) -> None:
    faults.script("/a", GOOD)
    guard = Guard(allowed=[faults.address], resolve=lambda host, port: ["127.0.0.1"])
    with Client("source", timing=MadeUpTime(), guard=guard) as asking:
        assert asking.get(f"http://school.example:{faults.port}/a").status == 200
    assert faults.seen[0][1]["host"] == f"school.example:{faults.port}"


@pytest.mark.parametrize(
    ("name", "trusted", "works"), [("social", True, True), ("elsewhere", True, False), ("social", False, False)]
)
def test_13_the_name_and_not_the_address_must_be_in_the_certificate(name: str, trusted: bool, works: bool) -> None:
    with server.running(certificates.serving()) as faults:
        faults.script("/", GOOD)
        guard = Guard(
            allowed=[faults.address],
            resolve=lambda host, port: ["127.0.0.1"],
            trusted=certificates.trusting() if trusted else None,
        )
        with Client("source", timing=MadeUpTime(), guard=guard) as asking:
            if works:
                assert asking.get(f"https://{name}.example:{faults.port}/").status == 200
            else:
                with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
                    asking.get(f"https://{name}.example:{faults.port}/")


def test_13_no_proxy_of_the_environment(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    faults.script("/a", GOOD)
    with client(faults) as asking:
        assert asking.get(faults.url("/a")).status == 200


SECRET = "s3cr3t/t0ken+of=ours"


def test_19_no_secret_in_exceptions_addresses_or_logs(faults: Faults, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    credentials = Credentials({"token": SECRET, "client_id": "me", "client_secret": "0ther-secret"})
    told: list[str] = []
    steps = [status(401), status(500), html(), redirect("http://10.0.0.1/?access_token=" + SECRET), too_many()]
    for step in steps:
        faults.script("/a", step)
        with client(faults, credentials=credentials) as asking:
            try:
                asking.get(
                    faults.url("/a"),
                    {"access_token": SECRET, "q": f"x {SECRET}"},
                    headers={"Authorization": f"Bearer {SECRET}"},
                ).json()
            except SourceError:
                told.append(traceback.format_exc())
    assert len(told) == len(steps)
    faults.script("/a", GOOD)
    with client(faults, credentials=credentials) as asking:
        told.append(repr(asking.get(faults.url("/a"), {"api_key": "unknown-to-us", "q": "school"})))
        told.append(repr(credentials))
    everything = "\n".join([*told, caplog.text])
    for secret in (SECRET, "s3cr3t%2Ft0ken%2Bof%3Dours", "0ther-secret", "unknown-to-us"):
        assert secret not in everything
    assert "q=school" in everything
    assert faults.seen[0][1]["authorization"] == f"Bearer {SECRET}"


def test_19_a_token_stays_behind_when_a_redirect_leads_elsewhere(faults: Faults) -> None:
    faults.script("/a", redirect(f"http://localhost:{faults.port}/b"))
    faults.script("/b", GOOD)
    guard = Guard(allowed=[faults.address], resolve=lambda host, port: ["127.0.0.1"])
    with Client("source", timing=MadeUpTime(), guard=guard) as asking:
        asking.get(faults.url("/a"), headers={"Authorization": "Bearer x"})
    assert [("authorization" in headers) for _, headers, _ in faults.seen] == [True, False]


def test_21_the_budget_of_a_run_ends_it_and_says_so(faults: Faults) -> None:
    faults.script("/a", GOOD)
    budget = Budget(requests=2, reads=150)
    with client(faults, budget=budget) as asking:
        for wanted in (100, 100):
            budget.read(budget.reads_left("source", wanted))
            asking.get(faults.url("/a"))
        with pytest.raises(BudgetSpent, match=r"the read budget of one run \(150 items\)"):
            budget.reads_left("source", 100)
        with pytest.raises(BudgetSpent, match="the 2 requests of one run"):
            asking.get(faults.url("/a"))
    assert faults.asked["/a"] == 2
    assert asking.spent.as_json()["reads"] == 150


def test_what_has_not_changed_is_not_sent_again(faults: Faults) -> None:
    faults.script("/a", answer({"n": 1}, etag='W/"7"', last_modified="Mon, 16 Nov 2026 10:00:00 GMT"), answer(b"", 304))
    with client(faults) as asking:
        first = asking.get(faults.url("/a"))
        second = asking.get(faults.url("/a"), etag=first.headers["etag"], last_modified=first.headers["last-modified"])
        assert second.status == 304
    assert faults.seen[1][1]["if-none-match"] == 'W/"7"'
    assert faults.seen[1][1]["if-modified-since"] == "Mon, 16 Nov 2026 10:00:00 GMT"


def test_metrics_of_every_request(faults: Faults) -> None:
    faults.script("/a", answer({"n": 1}, x_ratelimit_remaining="41.0"))
    with client(faults) as asking:
        asking.get(faults.url("/a"))
        told = asking.spent.as_json()
    assert told["requests"] == 1
    assert told["bytes"] == len(b'{"n": 1}')
    assert told["remaining"] == 41
    assert told["statuses"] == {"200": 1}
