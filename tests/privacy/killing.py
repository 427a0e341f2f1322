"""Kill an erasure, a rotation or a round of retention at seeded points, give the command again, and look what is left.

Run by tests/privacy/test_kill.py in a process of its own; the children are forked as in tests/killing.py.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tasks import home, steps
from tasks.privacy import plan, run
from tests.killing import child, ready
from tests.privacy.school import SLUG, School, counts, found, people
from tests.privacy.test_erase import ANYTHING, PERSON
from tests.world import item

WEEKS = ("2026-W37", "2026-W38")


def work(what: str) -> None:
    """The command."""
    if what == "erase":
        if plan.unfinished(SLUG) or found(ANYTHING):
            run.erase(SLUG, PERSON, by="dpo", really=True)
    elif what == "rotate":
        run.rotate(SLUG)
    else:
        run.retain(SLUG, date(2026, 12, 1), really=True)


def wrong(what: str, before: list[Any]) -> list[str]:
    """What is not as it must be once the command came to its end."""
    told = [] if json.loads(json.dumps([counts(week) for week in WEEKS])) == before else ["the counts are others"]
    left = found(ANYTHING if what == "erase" else "verplaatst zonder|zaal 0") if what != "rotate" else []
    told += [f"still found in {name}" for name in left]
    told += [f"damaged: {one.path}" for one in steps.look_after().damaged]
    if plan.unfinished(SLUG) or (home.privacy(SLUG) / "rotation").exists():
        told.append("it is not ended")
    if steps.stage(SLUG, WEEKS[-1])["weeks"]:
        told.append("the lake is not up to date")
    return told


def main(what: str, folder: Path, most: int) -> dict[str, Any]:
    """Once without, then at most so many times killed: {"points": […], "wrong": […]}. All of it in children."""
    state, report, first, said = home.state(), folder / "count", folder / "first", folder / "said"

    def prepare() -> None:
        school = School(folder, pytest.MonkeyPatch())
        for page in people():
            school.land(*page)
        gone = {"text": None, "author": None, "deleted": True}
        school.land(item("s1", "2026-09-08T10:00", **gone), item("q0", "2026-09-08T10:30", **gone))
        steps.stage(SLUG, WEEKS[-1])
        if what == "erase":
            school.report(WEEKS[0])
        first.write_text(json.dumps([counts(week) for week in WEEKS]))

    def look() -> None:
        said.write_text(json.dumps(wrong(what, json.loads(first.read_text()))))

    def done() -> list[str]:
        if child(lambda: work(what), None, report) != 0:
            return ["it cannot be ended"]
        if child(look, None, folder / "other") != 0:
            return ["it cannot be looked at"]
        told: list[str] = json.loads(said.read_text())
        return told

    if child(prepare, None, report) != 0:
        raise SystemExit("what comes before fails")
    home.CONFIG = folder / "institutions"
    shutil.copytree(state, folder / "before")
    told = done()
    events = int(report.read_text())
    seeded = random.Random(what)  # noqa: S311 repeatable, not secret
    points = sorted(seeded.sample(range(1, events + 1), min(most, events)))
    for point in points:
        shutil.rmtree(state)
        shutil.copytree(folder / "before", state)
        if not os.WIFSIGNALED(child(partial(work, what), point, report)):
            told.append(f"was not killed at {point}")
        told += [f"killed at {point} of {events}: {one}" for one in done()]
    return {"events": events, "points": points, "wrong": told}


if __name__ == "__main__":
    ready()
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
