"""Logging in with a token: a real mail server that knows only that, and a real token endpoint."""

from __future__ import annotations

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, AuthResult, LoginPassword

from tasks.deliver.oauth import OAuth
from tasks.deliver.smtp import Server, attempt
from tasks.errors import UsageError
from tests.deliver.servers import Mailbox, dead

MESSAGE = b"Subject: hi\r\n\r\nhello\r\n"
ROBOT, TOKEN, SECRET = "report@x.example", "tok-4711", "hush-hush"
PLAIN = {"disable_ssl": True, "disable_tls": True, "auth_type": "oauth2"}


class Endpoint:
    """Gives tokens to who knows the secret."""

    def __init__(self) -> None:
        self.url, self.asked = "", list[dict[str, list[str]]]()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    found = Endpoint()

    class Give(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            found.asked.append(form)
            right = form["client_secret"] == [SECRET]
            said: dict[str, Any] = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
            if not right:
                said = {"error": "invalid_client", "error_description": f"wrong: {form['client_secret'][0]}"}
            self.send_response(200 if right else 401)
            self.end_headers()
            self.wfile.write(b"no json" if self.path == "/odd" else json.dumps(said).encode())

        def log_message(self, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Give) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()


class Guarded(Mailbox):
    """Takes mail only from who shows the token."""

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if not session.authenticated:
            return "530 log in first"
        envelope.mail_from = address
        return "250 ok"

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(args[1])
        if said == f"user={ROBOT}\x01auth=Bearer {TOKEN}\x01\x01".encode():
            return AuthResult(success=True, auth_data=LoginPassword(ROBOT.encode(), b""))
        answer = await server.challenge_auth('{"status":"401"}')
        assert answer in (b"", MISSING)
        return AuthResult(success=False, handled=False)


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    class FreePort(Controller):
        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    box = Guarded()
    controller = FreePort(box, hostname="127.0.0.1", port=0, ready_timeout=30, auth_require_tls=False)
    controller.start()
    box.server = Server("127.0.0.1", controller.port)
    try:
        yield box
    finally:
        controller.stop()


def server(box: Guarded, **extra: object) -> Server:
    return Server.from_connection("127.0.0.1", box.server.port, PLAIN | extra, ROBOT)


def tried(through: Server) -> tuple[str, str]:
    outcome = attempt(through, ROBOT, "b@x.example", MESSAGE)
    return outcome.state, outcome.reply


def client(endpoint: Endpoint, **changes: str) -> dict[str, str]:
    return {"client_id": "id-1", "client_secret": SECRET, "token_url": f"{endpoint.url}/token"} | changes


def test_a_token_of_the_connection_opens_the_server(guarded: Guarded) -> None:
    assert tried(Server("127.0.0.1", guarded.server.port))[0] == "pending"
    assert tried(server(guarded, access_token=TOKEN))[0] == "sent"
    assert guarded.messages == [("b@x.example", MESSAGE)]


def test_a_token_is_fetched_once_for_many_mails(guarded: Guarded, endpoint: Endpoint) -> None:
    through = server(guarded, **client(endpoint, scope="mail"))
    assert [tried(through)[0] for _ in range(3)] == ["sent"] * 3
    assert endpoint.asked == [
        {"grant_type": ["client_credentials"], "scope": ["mail"], "client_id": ["id-1"], "client_secret": [SECRET]}
    ]


def test_a_token_that_is_refused_is_pending_and_never_shown(guarded: Guarded) -> None:
    through = server(guarded, access_token="stolen-1")
    state, reply = tried(through)
    assert (state, guarded.messages) == ("pending", [])
    assert reply.startswith("535 ")
    assert "token" in reply
    assert "stolen-1" not in reply + repr(through)


def test_without_a_token_nothing_is_mailed_and_no_secret_is_told(guarded: Guarded, endpoint: Endpoint) -> None:
    for changes, why in (
        ({"client_secret": "guess-1"}, "401 invalid_client"),
        ({"token_url": f"{endpoint.url}/odd"}, "JSONDecodeError"),
    ):
        through = server(guarded, **client(endpoint, **changes))
        state, reply = tried(through)
        assert (state, guarded.messages) == ("pending", [])
        assert why in reply
        assert not [secret for secret in ("guess-1", SECRET, "id-1") if secret in reply + repr(through)]
    with dead() as nobody:
        assert "URLError" in tried(server(guarded, **client(endpoint, token_url=f"http://127.0.0.1:{nobody.port}/")))[1]


def test_microsofts_address_follows_from_the_tenant() -> None:
    found = OAuth.from_extra({"auth_type": "oauth2", "client_id": "a", "client_secret": "b", "tenant_id": "x/../y"})
    assert found is not None
    assert found.token_url == "https://login.microsoftonline.com/x%2F..%2Fy/oauth2/v2.0/token"
    assert found.scope == "https://outlook.office.com/.default"
    assert OAuth.from_extra({"auth_type": "basic"}) is OAuth.from_extra({}) is None


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ({}, "neither access_token nor client_id"),
        ({"client_id": "a", "client_secret": "b"}, "tenant_id"),
        ({"client_id": "a", "client_secret": "b", "token_url": "http://login.example/"}, "https://"),
    ],
)
def test_a_connection_that_cannot_work_is_refused(extra: dict[str, str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Server.from_connection("127.0.0.1", 25, PLAIN | extra, ROBOT)


def test_a_token_never_travels_unencrypted() -> None:
    with pytest.raises(UsageError, match="unencrypted"):
        Server.from_connection("mail.example", 25, PLAIN | {"access_token": TOKEN}, ROBOT)
