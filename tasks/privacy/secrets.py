"""Passwords and tokens in files that belong in the repository: found before anything else reads, and prints, a line."""

from __future__ import annotations

import re

from tasks.errors import ConfigError

#: An address with a password in it, a key that names a secret, and what well-known tokens look like.
PATTERNS = (
    re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@\"']*:[^\s/@\"']+@", re.IGNORECASE),
    re.compile(
        r"^\s*[\w.-]*(?:password|passwd|wachtwoord|secret|token|api_?key|private_?key)[\w-]*\s*=\s*[\"'][^\"']",
        re.IGNORECASE,
    ),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[A-Z0-9]{16}|eyJ[\w-]{10,}\.eyJ[\w-]{10,})"
    ),
)


def lines(text: str) -> list[int]:
    """The numbers of the lines that hold something like a secret, comments too: they are in the repository as well."""
    return [n for n, line in enumerate(text.splitlines(), 1) if any(one.search(line) for one in PATTERNS)]


def refuse(shown: str, text: str) -> None:
    """Raise ConfigError, without repeating it, when a file holds a password or token."""
    if found := lines(text):
        raise ConfigError(
            f"{shown}, line {found[0]}: this looks like a password or a token, and everybody who has the repository "
            "can read this file. Take it out, and change it where it is used. In Airflow make a connection that holds "
            "it; [deliver] connection gives the name of that connection."
        )
