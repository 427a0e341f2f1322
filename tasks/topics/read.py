"""What can only be seen before handles are masked: which of our accounts a post names, and whether it means us."""

from __future__ import annotations

from typing import Any

from tasks.settings import Institution
from tasks.topics.names import HANDLE, Names


class Reader:
    """The names and accounts of one institution. Only accounts in its own file leave here, no other handle."""

    def __init__(self, institution: Institution) -> None:
        self._names = Names.of(institution.names, institution.ignore)
        self._searched = frozenset(institution.names.searched if institution.names else ())
        self._accounts = frozenset(
            value
            for route in institution.route
            for kind, values in route.conditions
            if kind == "account"
            for value in values
        )

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        """``accounts`` and ``names`` of one row of the exchange format; None where nothing is to be judged."""
        text = "\n".join(part for part in (row["title"], row["text"]) if part)
        found: dict[str, Any] = {"accounts": None, "names": None}
        if not text:
            return found
        if self._accounts:
            named = {handle.lower() for handle in HANDLE.findall(text)}
            found["accounts"] = sorted(self._accounts & named)
        if self._names and row["author_kind"] == "public" and self._concerns(row["source"]):
            judged = self._names.judge(text, row["author"])
            found["names"] = judged._asdict()
        return found

    def _concerns(self, source: str) -> bool:
        return not self._searched or source in self._searched
