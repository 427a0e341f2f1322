"""A request on paper becomes a number for Airflow's form: what is filled in there is kept in clear by Airflow.

var/privacy/<slug>/requests/<number>.json     mode 600; removed when it was done, or after a month
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date, timedelta

from tasks import durable, home
from tasks.errors import UsageError
from tasks.privacy.person import Person

NUMBER = re.compile(r"[0-9a-f]{8}")
KEPT_DAYS = 31


@dataclass(frozen=True)
class Request:
    """Who is meant, and under which number of the register."""

    person: Person
    reference: str


def file(slug: str, request: Request, on: date) -> str:
    """Keep it until it is done; returns its number."""
    number = os.urandom(4).hex()
    person = request.person
    told = {"source": person.source, "handle": person.handle, "also": list(person.also)}
    told |= {"reference": request.reference, "on": on.isoformat()}
    path = home.privacy(slug) / "requests" / f"{number}.json"
    durable.write_bytes(path, json.dumps(told).encode(), mode=0o600)
    path.parent.chmod(0o700)
    return number


def read(slug: str, number: str) -> Request:
    """The request of that number; raises UsageError when there is none."""
    path = home.privacy(slug) / "requests" / f"{number}.json"
    try:
        if not NUMBER.fullmatch(number):
            raise FileNotFoundError
        told = json.loads(path.read_text(encoding="utf-8"))
        return Request(Person(told["source"], told["handle"], tuple(told["also"])), told["reference"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"There is no request {number} for {slug}: it was done, is older than a month, or was never filed with "
            f"./weerklank privacy erase {slug} … --file."
        ) from None


def done(slug: str, number: str) -> None:
    """Forget a request."""
    (home.privacy(slug) / "requests" / f"{number}.json").unlink(missing_ok=True)


def done_for(slug: str, person: Person) -> int:
    """Forget every request for this person; returns how many there were."""
    count = 0
    for path in (home.privacy(slug) / "requests").glob("*.json"):
        try:
            if read(slug, path.stem).person.same_as(person):
                path.unlink()
                count += 1
        except UsageError:
            continue
    return count


def forget_old(slug: str, on: date) -> int:
    """Forget what was filed more than a month ago; returns how many."""
    count = 0
    for path in (home.privacy(slug) / "requests").glob("*.json"):
        try:
            filed = date.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["on"])
        except (OSError, ValueError, KeyError, TypeError):
            filed = date.min
        if filed < on - timedelta(days=KEPT_DAYS):
            path.unlink()
            count += 1
    return count
