"""How Salesforce is asked: queries in its own language, over what was deleted as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from tasks.extract.asking import Reached
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets_fetch import Fetch as Shared
from tasks.extract.sources.tickets_fetch import Found, Whole, only

VERSION = "v60.0"
CASE = ("Id", "Subject", "Description", "Status", "IsClosed", "ClosedDate", "CreatedDate", "SystemModstamp",
        "IsDeleted", "Origin", "ContactId")  # fmt: skip
OWNER = ("Owner.Type", "Owner.Name")
COMMENT = ("Id", "CommentBody", "CreatedDate", "CreatedById", "IsPublished", "IsDeleted")
MAIL = ("Id", "TextBody", "HtmlBody", "MessageDate", "CreatedDate", "CreatedById", "Incoming", "Status", "IsDeleted")
WRITER = "CreatedBy.UserType"
#: Salesforce's numbers: 15 or 18 letters and digits.
NUMBER = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


class Fetch(Shared):
    """``queryAll`` has what was deleted, for as long as the recycle bin keeps it."""

    SWEEPS: ClassVar[bool] = False
    token = ""

    def run(self) -> Iterator[Envelope | Reached]:
        self._log_in()
        yield from super().run()

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def changed(self) -> Iterator[Found]:
        since = self.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield from self._cases(f"SystemModstamp >= {since} ORDER BY SystemModstamp")

    def one(self, ticket: str) -> Found | None:
        return next(self._cases(f"Id = {quoted(ticket)}"), None)

    def whole(self, found: Found) -> Whole:
        case, number = found.thing, quoted(found.id)
        owner = case.get("Owner") or {}
        comments = self._query(_select((*COMMENT, WRITER), "CaseComment", f"ParentId = {number}"))
        mails = self._query(_select((*MAIL, WRITER), "EmailMessage", f"ParentId = {number}"))
        payload = {
            "case": only(case, *CASE, *self.named()),
            # A case is a queue's or a person's: only queues are named.
            "queue": owner.get("Name") if owner.get("Type") == "Queue" else None,
            "comments": [_kept(one, COMMENT) for _, one in comments],
            "mails": [_kept(one, MAIL) for _, one in mails],
        }
        return Whole(f"{self.source.server}/{found.id}", payload, (case.get("Subject"), case.get("Description")), case)

    def _log_in(self) -> None:
        """A token for the application itself (client credentials)."""
        given = self.client.credentials
        form = {"grant_type": "client_credentials"}
        form |= {name: given.need(name) for name in ("client_id", "client_secret")}
        answer = self.client.post(f"{self.source.server}/services/oauth2/token", form)
        found = answer.json()
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise answer.bad("it gave no token: look at the client id and the secret in the connection")
        given.hide(token)
        self.token = token

    def _cases(self, where: str) -> Iterator[Found]:
        wanted = dict.fromkeys((*CASE, *OWNER, *self.source.fields.model_dump(exclude_none=True).values()))
        for answer, case in self._query(_select(tuple(wanted), "Case", where)):
            yield _found(answer, case)

    def _query(self, query: str) -> Iterator[tuple[Answer, Any]]:
        answer = self.get(f"/services/data/{VERSION}/queryAll", {"q": query})
        while True:
            found = answer.json()
            if not isinstance(found, dict) or not isinstance(found.get("records"), list):
                raise answer.bad("it has no records")
            yield from ((answer, one) for one in found["records"])
            following = str(found.get("nextRecordsUrl") or "")
            if found.get("done") is not False or not following.startswith("/services/data/"):
                return
            answer = self.get(following)


def quoted(value: str) -> str:
    """A number as a text in a query; raises ValueError for anything else, which could be more of the query."""
    if not NUMBER.fullmatch(value):
        raise ValueError("no number of Salesforce")
    return f"'{value}'"


def _select(fields: tuple[str, ...], of: str, where: str) -> str:
    """Every part of it is ours, a field that was checked when the institution's file was read, or ``quoted``."""
    return f"SELECT {', '.join(fields)} FROM {of} WHERE {where}"  # noqa: S608


def _kept(one: Any, names: tuple[str, ...]) -> dict[str, Any]:
    writer = one.get("CreatedBy") or {}
    return only(one, *names) | {"CreatedBy": only(writer, "UserType")}


def _found(answer: Answer, case: Any) -> Found:
    try:
        created = datetime.fromisoformat(tickets.moment(case["CreatedDate"]))
        changed = tickets.moment(case["SystemModstamp"])
        return Found(str(case["Id"]), created, changed, case, deleted=case.get("IsDeleted") is True)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("a case in it has no id or no times") from None
