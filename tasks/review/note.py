"""The approver's own words, which become part of the edition: checked as the editor's are, and kept with the state.

var/editor/<slug>/<week>.json      {"nl": "…", "en": "…"}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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


@contextmanager
def kept(institution: Institution, period: str, texts: Mapping[str, str]) -> Iterator[None]:
    """Keep it for the period's next edition, where tasks/editorial.py reads it; not when that edition may not go."""
    path = home.editor_note(institution.slug, period)
    before = path.read_bytes() if path.exists() else None
    data = json.dumps(dict(texts), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    durable.write_bytes(path, data.encode())
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            durable.write_bytes(path, before)
        raise
