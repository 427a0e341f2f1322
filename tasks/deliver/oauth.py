"""A token instead of a password, for mail servers that want OAuth 2.0 (SASL mechanism XOAUTH2).

The names are those of an Airflow SMTP connection's extras: ``access_token``, or ``client_id``, ``client_secret`` and
``tenant_id`` for Microsoft's client-credentials flow (RFC 6749, section 4.4); ours is ``token_url``, for others.
"""

from __future__ import annotations

import json
import re
import smtplib
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, urlencode, urlsplit

from tasks.errors import UsageError

MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
SCOPE = "https://outlook.office.com/.default"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TIMEOUT_SECONDS = 20
MOST_BYTES = 100_000


class TokenError(smtplib.SMTPException):
    """No token: nothing was mailed, and it may work later."""


@dataclass(frozen=True)
class OAuth:
    """Where a token comes from. It is fetched once for each object, which lives as long as one task."""

    access_token: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    token_url: str = ""
    scope: str = SCOPE

    def __post_init__(self) -> None:
        if self.access_token:
            return
        if not (self.client_id and self.client_secret and self.token_url):
            raise UsageError(
                "The mail connection says auth_type oauth2 and has neither access_token nor client_id, client_secret "
                "and tenant_id (or token_url): write them into its extras in Airflow."
            )
        parts = urlsplit(self.token_url)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise UsageError("The mail connection's token_url is not an https:// address.")

    @classmethod
    def from_extra(cls, extra: Mapping[str, object]) -> OAuth | None:
        """What a connection says; None when it logs in with a password."""
        if extra.get("auth_type") != "oauth2":
            return None
        said = {name: str(extra.get(name) or "") for name in ("access_token", "client_id", "client_secret", "scope")}
        tenant = str(extra.get("tenant_id") or "")
        url = str(extra.get("token_url") or "") or (tenant and MICROSOFT.format(tenant=quote(tenant, safe="")))
        return cls(**(said | {"scope": said["scope"] or SCOPE}), token_url=url)

    def answer(self, user: str) -> str:
        """What is said at ``AUTH XOAUTH2``; raises TokenError."""
        if not user.isascii() or not user.isprintable():
            raise TokenError("the connection's login is not a mail address")
        return f"user={user}\x01auth=Bearer {self.token}\x01\x01"

    @cached_property
    def token(self) -> str:
        """The token itself; raises TokenError, which never holds what the connection holds."""
        token = self.access_token or self._fetched()
        if not re.fullmatch(r"[!-~]+", token):
            raise TokenError("what came is no token")
        return token

    def _fetched(self) -> str:
        host = urlsplit(self.token_url).hostname
        asked = {"grant_type": "client_credentials", "scope": self.scope}
        secret = {"client_id": self.client_id, "client_secret": self.client_secret}
        request = urllib.request.Request(self.token_url, urlencode(asked | secret).encode())  # noqa: S310 (checked above)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                found = json.loads(response.read(MOST_BYTES))
            return str(found["access_token"])
        except urllib.error.HTTPError as error:
            with error:
                raise TokenError(f"{host} gives no token: {error.code} {_reason(error.read(MOST_BYTES))}") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TokenError(f"{host} gives no token: {type(error).__name__}") from None


def _reason(body: bytes) -> str:
    """The error's standard name (RFC 6749, section 5.2); a description might repeat what it was told."""
    try:
        found = str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return ""
    return found if re.fullmatch(r"[a-z_]{1,40}", found) else ""
