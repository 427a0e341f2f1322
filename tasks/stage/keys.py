"""An institution's keys: a chain, kept outside the lake and the checkout.

    var/keys/<slug>.key, <slug>.2.key, …     32 random bytes each, mode 600
    var/privacy/<slug>/keys.json             how many there are, and a check value: a lost key is noticed

A pseudonym is made with the first key and then, key by key, made anew from what it was: so what is stored can be
re-keyed without the handle it came from (decision 31).
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os

from tasks import durable, home
from tasks.errors import ConfigError
from tasks.settings import Institution

Chain = tuple[bytes, ...]
DEMO_KEY = b"Hogeschool Overbrugge does not exist, and neither do its students."
#: How many keys there are, beside a check value.
MARK = "keys.json"
#: What a key's check value begins with.
CHECK = b"weerklank key check"


def chain(institution: Institution) -> Chain:
    """The keys, oldest first; the first is made at first need. The demo's is public: its lake is the same everywhere.

    Raises ConfigError when they are not those that this institution's data were made with.
    """
    if is_demo(institution):
        return (DEMO_KEY,)
    slug = institution.slug
    known = _mark(slug)
    if known is None and not home.key_file(slug).exists():
        durable.private_folder(home.key_file(slug).parent, home.key_file(slug).parent)
        durable.create_once(home.key_file(slug), os.urandom(32), mode=0o600)
    found = _read(slug)
    if known is None and found:
        mark(slug, found)
    elif known is not None and known != _told(found[: known[0]]):
        raise ConfigError(
            f"{home.key_file(slug)}: this is not the key, or not all of the {known[0]} keys, that the data of "
            f"{slug} were made with. Put them back from your back-up of keys: docs/privacy/keys.md."
        )
    return found


def is_demo(institution: Institution) -> bool:
    """Whether its people are made up, all of them."""
    return all(source.type == "demo" for source in institution.source)


def check(keys: Chain) -> str:
    """Twelve digits that tell one chain from another, and nothing of the keys."""
    return hashlib.sha256(b"\0".join([CHECK, *(hashlib.sha256(one).digest() for one in keys)])).hexdigest()[:12]


def mark(slug: str, keys: Chain) -> None:
    """Write down which keys the institution's data are made with."""
    data = json.dumps({"keys": len(keys), "check": check(keys)}).encode()
    durable.write_bytes(home.privacy(slug) / MARK, data, mode=0o600)


def _told(keys: Chain) -> tuple[int, str]:
    return len(keys), check(keys)


def _mark(slug: str) -> tuple[int, str] | None:
    path = home.privacy(slug) / MARK
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return int(told["keys"]), str(told["check"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"{path} is damaged. Remove it when the keys in {home.state() / 'keys'} are whole.") from None


def _read(slug: str) -> Chain:
    found: list[bytes] = []
    for number in itertools.count(1):
        path = home.key_file(slug, number)
        try:
            found.append(path.read_bytes())
        except FileNotFoundError:
            return tuple(found)
        except OSError as error:
            raise ConfigError(f"{path} cannot be read ({error.strerror}).") from None
        if not found[-1]:
            raise ConfigError(f"{path} is empty. Put it back from your back-up of keys: docs/privacy/keys.md.")
    return tuple(found)
