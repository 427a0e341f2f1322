"""A made world of threads over eight weeks, in the exchange format, as untidy as the real one; drawn with a seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

FIRST = datetime.fromisoformat("2026-08-31T00:00")
DAYS = 56
#: After four weeks of silence a thread is forgotten, unless somebody still waits in it: a known limit.
LONGEST_DAYS = 27
OTHERS = ("own", "auto", "bot", "staff")
TEMPLATE = "Beste student, we hebben je bericht goed ontvangen en komen er zo snel mogelijk bij je op terug. Groet, wij"


class Maker:
    """Draws one thread after another."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.number = 0

    def perhaps(self, share: float) -> bool:
        return bool(self.chance.random() < share)

    def thread(self) -> list[dict[str, Any]]:
        """Up to nine items, in order of writing; times are whole minutes, so some are the same."""
        self.number += 1
        at = FIRST + timedelta(minutes=int(self.chance.integers(DAYS * 1440)))
        last = min(at + timedelta(days=LONGEST_DAYS), FIRST + timedelta(days=DAYS))
        named = self.perhaps(0.4)  # some platforms name threads, others only give the message that is answered
        items: list[dict[str, Any]] = []
        for place in range(int(self.chance.integers(1, 10))):
            if place:
                at += timedelta(minutes=self._silence_minutes())
            if at >= last:
                break
            items.append(self._item(place, at, items, named))
        return items

    def slow(self) -> list[dict[str, Any]]:
        """A question that waits for an answer for more than four weeks, sometimes with a call noted for even later."""
        self.number += 1
        at = FIRST + timedelta(minutes=int(self.chance.integers(7 * 1440)))
        answered, called = (at + timedelta(days=float(days)) for days in self.chance.uniform((29, 36), (36, 45)))
        question = self._item(0, at, [], named=False) | {"author_kind": "public", "needs_reply": True}
        question |= {"visibility": "public", "in_reply_to": None, "case": None}
        if self.perhaps(0.5):
            question["case"] = {"id": f"case {self.number}", "contacted_at": f"{called:%Y-%m-%dT%H:%M}:00Z"}
        answer = self._item(1, answered, [question], named=False) | {"author_kind": "own", "visibility": "public"}
        return [question, answer | {"author": "own account", "in_reply_to": question["id"], "case": None}]

    def _silence_minutes(self) -> int:
        if self.perhaps(0.15):
            return 0
        return int(self.chance.lognormal(7, 2))

    def _item(self, place: int, at: datetime, before: list[dict[str, Any]], named: bool) -> dict[str, Any]:
        # Who opens is mostly a person, and names the department.
        kind = "public" if self.perhaps(0.45 if place else 0.9) else str(self.chance.choice(OTHERS))
        author = f"person {self.number} {self.chance.integers(3)}" if kind == "public" else f"{kind} account"
        made = {
            "id": f"{self.number}-{place}",
            "source": "mastodon",
            "created_at": f"{at:%Y-%m-%dT%H:%M}:00Z",
            "author": None if kind == "public" and self.perhaps(0.1) else author,
            "author_kind": kind,
            "text": "Tentamen?" if not place else "Hoi",
            "deleted": kind == "public" and self.perhaps(0.05),
            "needs_reply": self.perhaps(0.8),
            "thread_id": f"thread {self.number}" if named else None,
            "in_reply_to": self._answers(before),
            "visibility": str(self.chance.choice(["public", "private", "internal"], p=[0.8, 0.1, 0.1])),
        }
        if kind == "own" and self.perhaps(0.15):
            made["text"] = TEMPLATE
        if kind == "public" and self.perhaps(0.08):
            made["case"] = {"id": f"case {self.number}", "department": "exams", "contacted_at": self._call(at)}
        return made

    def _answers(self, before: list[dict[str, Any]]) -> str | None:
        if self.perhaps(0.05):
            return f"lost {self.number}"  # a message that nobody has
        return str(self.chance.choice([one["id"] for one in before])) if before and self.perhaps(0.9) else None

    def _call(self, at: datetime) -> str:
        """Sometimes long after: the newest version of an item tells of a call that earlier weeks knew nothing of."""
        return f"{at + timedelta(minutes=int(self.chance.lognormal(8, 2))):%Y-%m-%dT%H:%M}:00Z"


def world(seed: int, threads: int) -> list[dict[str, Any]]:
    """All items of so many threads, in no order."""
    maker = Maker(seed)
    items = [item for _ in range(threads) for item in maker.thread()]
    items += [item for _ in range(threads // 20) for item in maker.slow()]
    return [items[place] for place in maker.chance.permutation(len(items))]
