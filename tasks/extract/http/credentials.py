"""Tokens and passwords of one source, and how they are kept out of everything that is written."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from tasks.errors import ConfigError

#: Parameters that are secrets by their name, whatever their value.
SECRET = re.compile(r"(?i)(^|[_-])(token|key|secret|password|passwd|signature|sig|auth|code|jwt|appsecret_proof)$")
HIDDEN = "…"
FIELDS = ("token", "client_id", "client_secret", "user", "password")


class Credentials:
    """The fields that a connection gave: ``token``, ``client_id``, ``client_secret``, ``user``, ``password``."""

    def __init__(self, given: Mapping[str, str | None] | None = None, *, named: str = "credentials") -> None:
        self._given = {name: value for name, value in (given or {}).items() if value}
        self._named = named
        self._secrets: set[str] = set()
        for name, value in self._given.items():
            if name not in ("client_id", "user"):
                self.hide(value)
        if "client_id" in self._given:
            pair = f"{self._given['client_id']}:{self._given.get('client_secret', '')}"
            self.hide(base64.b64encode(pair.encode()).decode())

    def __repr__(self) -> str:
        return f"Credentials({', '.join(sorted(self._given))})"

    def get(self, name: str) -> str | None:
        return self._given.get(name)

    def need(self, name: str) -> str:
        """One field; raises ConfigError that says where it should have been."""
        if name not in self._given:
            raise ConfigError(f"{self._named} has no {name}.")
        return self._given[name]

    def hide(self, secret: str) -> None:
        """One more text that must never be seen, like a token that was handed out just now.

        One of fewer than eight characters cannot be told from an ordinary word, and is not looked for.
        """
        if len(secret) >= 8:
            self._secrets |= {secret, quote(secret, safe=""), quote_plus(secret)}

    def redact(self, text: str) -> str:
        """The text without any secret that is known."""
        for secret in sorted(self._secrets, key=lambda one: (-len(one), one)):
            text = text.replace(secret, HIDDEN)
        return text

    def shown(self, url: str) -> str:
        """An address without secrets: no user, no fragment, no parameter that is one by name or by value."""
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        query = [(name, HIDDEN if SECRET.search(name) else value) for name, value in parse_qsl(parts.query, True)]
        return self.redact(urlunsplit((parts.scheme, host, parts.path, urlencode(query, safe="…:/@,[]"), "")))


def from_environment(slug: str, source: str) -> Credentials:
    """For the command line: ``WEERKLANK_<INSTITUTION>_<SOURCE>_TOKEN`` and its like."""
    prefix = f"WEERKLANK_{slug}_{source}_".upper()
    given = {name: os.environ.get(prefix + name.upper()) for name in FIELDS}
    return Credentials(given, named=f"The environment ({prefix}TOKEN, …)")
