"""A week of twenty thousand mentions after five ordinary ones: collected, staged and measured for real, once a run."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tasks.bench import mentions, world
from tasks.measure import document
from tasks.settings import Institution
from tasks.stage import weeks as staging
from tests.shared import once

MENTIONS, BEFORE = 20_000, 150
FILE = "document.json"
#: The run's folders, when there is a run.
run: pytest.TempPathFactory | None = None
NAMES = {
    "it": ("IT-servicedesk", "IT Service Desk"),
    "exams": ("Examenbureau", "Exams Office"),
    "timetabling": ("Roosters", "Timetabling"),
    "student_affairs": ("Studentzaken", "Student Affairs"),
    "programmes": ("Opleidingen", "Degree Programmes"),
    "facilities": ("Facilitair bedrijf", "Facilities"),
    "information": ("Informatiepunt", "Information Desk"),
    "press": ("Persvoorlichting", "Press Office"),
}


@cache
def institution() -> Institution:
    """The school of the benchmark, with names a reader knows, in both languages."""
    tables = world.institution().model_dump(by_alias=True)
    tables["institution"]["languages"] = ("nl", "en")
    for one in tables["department"]:
        one["name"] = dict(zip(("nl", "en"), NAMES[one["id"]], strict=True))
    for one in tables["source"]:
        name = one["id"].replace("_", " ").capitalize()
        one["name"] = {"nl": name, "en": name}
    return Institution.model_validate(tables)


@cache
def crisis() -> dict[str, Any]:
    """The document that measure hands over, as ``render`` reads it."""
    if run is None:
        return measured()
    folder = once(run, "crisis", lambda folder: (folder / FILE).write_text(json.dumps(measured()), encoding="utf-8"))
    made: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return made


def measured() -> dict[str, Any]:
    """Made now, which takes a dozen seconds."""
    weeks = world.weeks(6)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setenv("WEERKLANK_HOME", str(Path(folder)))
        mentions.land(weeks[:-1], BEFORE)
        mentions.land(weeks[-1:], MENTIONS)
        staging.refresh(institution(), weeks[-1])
        return document.build(institution(), weeks[-1], weeks[-1].cutoff)
