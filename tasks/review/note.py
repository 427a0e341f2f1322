"""The approver's own words, which become part of the edition: checked as the editor's are, and kept with the state.

var/editor/<slug>/<week>.json      {"nl": "…", "en": "…"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import ValidationError

from tasks import durable, home
from tasks.editorial import Note
from tasks.errors import UsageError
from tasks.settings import Institution

LENGTH = 600


def checked(institution: Institution, given: Mapping[str, object]) -> dict[str, str]:
    """The note by language, empty for none; raises UsageError when it cannot be printed or lacks a language."""
    languages: tuple[str, ...] = institution.institution.languages
    texts = {language: str(given.get(language) or "").strip() for language in languages}
    if not any(texts.values()):
        return {}
    if lacking := [language for language, text in texts.items() if not text]:
        raise UsageError(
            f"The note is missing in {', '.join(lacking)}; the report is made in that language too. "
            "Nothing was mailed; the task asks again."
        )
    try:
        Note.model_validate(texts)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(
            f"The note ({first['loc'][0]}): {first['msg'].removeprefix('Value error, ')}. Write one paragraph of at "
            f"most {LENGTH} characters. Nothing was mailed; the task asks again."
        ) from None
    return texts


def keep(institution: Institution, week: str, texts: Mapping[str, str]) -> None:
    """Keep it for the week's next edition; tasks/editorial.py reads it."""
    data = json.dumps(dict(texts), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    durable.write_bytes(home.editor_note(institution.slug, week), data.encode())
