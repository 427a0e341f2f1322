"""What can only be seen before handles are masked: which of our accounts a post names, and whether it means us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.settings import Institution
from tasks.topics.names import HANDLE, Names


class Reader:
    """The names and accounts of one institution. Only accounts in its own file leave here, no other handle."""

    def __init__(self, institution: Institution) -> None:
        #: What is ours is told from what is not by the accounts that a source's table names.
        self.sources = {source.id: source for source in institution.source}
        self._names = Names.of(institution.names, institution.ignore)
        self._searched = frozenset(institution.names.searched if institution.names else ())
        self._accounts = frozenset(
            value
            for route in institution.route
            for kind, values in route.conditions
            if kind == "account"
            for value in values
        )

    @property
    def asks(self) -> bool:
        """Whether there is anything to be judged at all."""
        return bool(self._accounts or self._names)

    def read(self, items: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """``accounts`` and ``names`` of items in the exchange format; None where nothing is to be judged."""
        told = zip(*(items[key] for key in ("title", "text", "author_kind", "source", "author")), strict=True)
        found = [self._one(*one) for one in told]
        return {"accounts": [accounts for accounts, _ in found], "names": [names for _, names in found]}

    def _one(
        self, title: str | None, text: str | None, author_kind: str, source: str, author: str | None
    ) -> tuple[list[str] | None, dict[str, Any] | None]:
        said = "\n".join(part for part in (title, text) if part)
        if not said:
            return None, None
        accounts = names = None
        if self._accounts:
            accounts = sorted(self._accounts & {handle.lower() for handle in HANDLE.findall(said)})
        if self._names and author_kind == "public" and self._concerns(source):
            names = self._names.judge(said, author)._asdict()
        return accounts, names

    def _concerns(self, source: str) -> bool:
        return not self._searched or source in self._searched
