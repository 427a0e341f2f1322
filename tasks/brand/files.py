"""The files that ``[brand]`` names: read from the folder of the institution files and from nowhere else."""

from __future__ import annotations

from pathlib import Path

from tasks import home, mistakes
from tasks.errors import ConfigError

#: No logo or font of a house style is larger; a file that is has not been made for this.
MOST_BYTES = 2 * 2**20


class Unfit(ValueError):
    """A file that cannot be used; the message says why and what to do, without the file's name."""


def read(slug: str, key: tuple[str, ...], name: str) -> bytes:
    """The bytes of ``name``, which stands at ``key``; raises ConfigError with file, line and key."""
    path = home.CONFIG / name
    try:
        whole = path.resolve(strict=True)
        if not whole.is_relative_to(home.CONFIG.resolve()):
            raise refusal(slug, key, f"{name} leads out of {home.shown(home.CONFIG)}; put the file itself there")
        if not whole.is_file():
            raise refusal(slug, key, f"{name} is not a file")
        with whole.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise refusal(slug, key, f"{home.shown(path)} does not exist") from None
    except (OSError, RuntimeError) as error:
        raise refusal(slug, key, f"{home.shown(path)} cannot be read ({error})") from None
    if len(data) > MOST_BYTES:
        raise refusal(slug, key, f"{name} is larger than {MOST_BYTES >> 20} MB; make a smaller one")
    return data


def refusal(slug: str, key: tuple[str, ...], why: str) -> ConfigError:
    """``config/institutions/x.toml, line 9: [brand] logo …``."""
    path: Path = home.CONFIG / f"{slug}.toml"
    try:
        line = mistakes.line_of(path.read_text(encoding="utf-8"), key)
    except (OSError, UnicodeDecodeError):
        line = ""
    named = " ".join([f"[{'.'.join(key[:-1])}]", key[-1]])
    return ConfigError(f"{home.shown(path)}{line}: {named}: {why}.")
