"""An institution's house style, its files read and checked: everything that a report wears."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from tasks import durable, home
from tasks.brand import files, png, svg, typefaces
from tasks.brand.files import Unfit
from tasks.brand.typefaces import Typeface
from tasks.settings import Institution

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as a file of our own making, kept in the cache."""

    data: bytes
    kind: str
    file: Path

    @property
    def uri(self) -> str:
        """The whole logo as an address that fetches nothing."""
        return f"data:{self.kind};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True, slots=True)
class Style:
    """``fonts`` by role; empty when the institution has none of its own."""

    logo: Logo | None
    fonts: dict[str, Typeface]


def style(institution: Institution) -> Style:
    """Logo and fonts; raises ConfigError with file, line and what to do."""
    brand = institution.brand
    logo = None
    if brand.logo:
        data = files.read(institution.slug, ("brand", "logo"), brand.logo)
        logo = _fit(institution.slug, ("brand", "logo"), lambda: _logo(data))
    fonts = {}
    for role, name in brand.fonts.files().items() if brand.fonts else ():
        key = ("brand", "fonts", _written(institution, role))
        fonts[role] = _fit(institution.slug, key, _maker(files.read(institution.slug, key, name), role))
    return Style(logo, fonts)


def digests(institution: Institution) -> dict[str, str]:
    """SHA-256 of every file that is named, by its name: part of what an edition is made of."""
    brand = institution.brand
    named: dict[str, tuple[str, ...]] = {brand.logo: ("brand", "logo")} if brand.logo else {}
    for role, name in brand.fonts.files().items() if brand.fonts else ():
        named[name] = ("brand", "fonts", _written(institution, role))
    found = ((name, files.read(institution.slug, key, name)) for name, key in sorted(named.items()))
    return {name: hashlib.sha256(data).hexdigest() for name, data in found}


def _written(institution: Institution, role: str) -> str:
    """The key under which the role's file stands: heads may borrow the file of semibold, and that of bold."""
    fonts = institution.brand.fonts
    order = {"heads": ("heads", "semibold", "bold"), "semibold": ("semibold", "bold")}.get(role, (role,))
    return next(key for key in order if getattr(fonts, key))


def _maker(data: bytes, role: str) -> Callable[[], Typeface]:
    return lambda: typefaces.made(data, role)


def _fit(slug: str, key: tuple[str, ...], make: Callable[[], T]) -> T:
    try:
        return make()
    except Unfit as error:
        raise files.refusal(slug, key, str(error)) from None


@lru_cache(maxsize=16)
def _logo(data: bytes) -> Logo:
    picture = data.startswith(b"\x89PNG")
    made = png.redrawn(data) if picture else svg.sanitized(data)
    file = home.cache() / "brand" / f"{hashlib.sha256(made).hexdigest()[:24]}.{'png' if picture else 'svg'}"
    durable.create_once(file, made)
    return Logo(made, "image/png" if picture else "image/svg+xml", file)
