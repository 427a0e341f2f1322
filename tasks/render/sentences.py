"""The report's own sentences: ``report_templates/text/<language>.toml``, by key, with plurals from Babel."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from babel import Locale

from tasks import home
from tasks.errors import RenderError
from tasks.render.formats import LOCALES

FOLDER = home.TEMPLATES / "text"


class Sentences:
    """The sentences of one language. A key is ``section.name``; a plural is a table with ``one`` and ``other``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.path = FOLDER / f"{language}.toml"
        self._plural = Locale.parse(LOCALES[language]).plural_form
        try:
            self._all: dict[str, Any] = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RenderError(f"{_shown(self.path)}: {error}.") from None

    def __call__(self, key: str, count: float | None = None, **values: object) -> str:
        """The sentence with its values filled in (already formatted); ``count`` only chooses the plural form."""
        found = self._all
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise RenderError(f"{_shown(self.path)}: there is no sentence {key}.")
            found = found[part]
        if isinstance(found, dict):
            found = found[self._plural(count or 0)]
        try:
            return str(found).format(**values)
        except (KeyError, IndexError, ValueError) as error:
            raise RenderError(f"{_shown(self.path)}: {key} asks for {error}, which the report does not give.") from None

    def keys(self) -> dict[str, str]:
        """Every key with its text, plurals as ``key.one``; for the test that both languages say the same."""
        return dict(_flat(self._all, ""))


def _flat(table: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        flat += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return flat


def _shown(path: Path) -> str:
    return str(path.relative_to(home.ROOT))
