"""A small Salesforce on the server of faults: it reads just the queries that there are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.extract.server import Faults, Handler

PER_PAGE = 2
TABLE = """
[[source]]
id         = "salesforce"
type       = "salesforce"
name       = { nl = "Salesforce", en = "Salesforce" }
connection = "salesforce"
server     = "https://salesforce.school.example:PORT"

[source.fields]
cause = "Oorzaak__c"

[source.departments]
"Toetsbureau" = "exams"
"""
QUERY = re.compile(r"SELECT ([\w., ]+) FROM (\w+) WHERE (\w+) (>=|=) (\S+)( ORDER BY SystemModstamp)?")
STUDENT, COLLEAGUE, MACHINE = "CspLitePortal", "Standard", "AutomatedProcess"


def stamp(moment: str) -> str:
    return f"{moment}:00.000+0000"


@dataclass
class Salesforce:
    """``records`` by object; ``queries``: what was asked."""

    faults: Faults
    records: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"Case": [], "CaseComment": [], "EmailMessage": []}
    )
    queries: list[str] = field(default_factory=list)

    def case(self, moment: str, text: str, **more: Any) -> str:
        number = f"500000000000{len(self.records['Case']):03}AAA"
        self.records["Case"].append(
            {
                "Id": number,
                "Subject": "Vraag",
                "Description": text,
                "Status": "New",
                "IsClosed": False,
                "ClosedDate": None,
                "CreatedDate": stamp(moment),
                "SystemModstamp": stamp(moment),
                "IsDeleted": False,
                "Origin": "Web",
                "ContactId": "003000000000001AAA",
                "Contact": {"Name": "Marijke de Groot"},
                "Owner": {"Type": "Queue", "Name": "Toetsbureau"},
                "Oorzaak__c": None,
                **more,
            }
        )
        return number

    def comment(self, case: str, moment: str, text: str, by: str = COLLEAGUE, *, published: bool = True) -> None:
        made = {"CommentBody": text, "IsPublished": published, "CreatedDate": stamp(moment)}
        self._add("CaseComment", case, by, made)
        self.change(case, moment)

    def mail(self, case: str, moment: str, text: str, by: str = COLLEAGUE, **more: Any) -> None:
        made = {"TextBody": text, "HtmlBody": None, "MessageDate": stamp(moment), "CreatedDate": stamp(moment)}
        self._add("EmailMessage", case, by, {**made, "Incoming": False, "Status": "3", **more})
        self.change(case, moment)

    def _add(self, kind: str, case: str, by: str, made: dict[str, Any]) -> None:
        writer = {"UserType": by, "Name": "Ann Bos"}
        more = {"IsDeleted": False, "CreatedById": "005000000000001AAA", "CreatedBy": writer, "ParentId": case}
        self.records[kind].append({"Id": f"{kind[:3]}{len(self.records[kind]):012}AAA", **more, **made})

    def change(self, case: str, moment: str, **more: Any) -> None:
        one = next(one for one in self.records["Case"] if one["Id"] == case)
        one |= {"SystemModstamp": stamp(moment), **more}

    def serve(self) -> Salesforce:
        self.faults.script("/services/oauth2/token", lambda h: h.send_json({"access_token": "handed-out-just-now"}))
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/services/data/v60.0/queryAll":
            self.queries.append(handler.query["q"][0])
            return self._page(handler, len(self.queries) - 1, 0)
        if found := re.fullmatch(r"/services/data/v60\.0/query/(\d+)-(\d+)", path):
            return self._page(handler, int(found[1]), int(found[2]))
        return handler.send_json([{"errorCode": "NOT_FOUND"}], 404)

    def _page(self, handler: Handler, query: int, start: int) -> None:
        found = QUERY.fullmatch(self.queries[query])
        assert found, self.queries[query]
        fields, kind, name, operator, value = found.groups()[:5]
        wanted = {one.partition(".")[0] for one in fields.split(", ")}
        told = value.strip("'").replace("Z", ".000+0000")
        listed = [one for one in self.records[kind] if (one[name] >= told if operator == ">=" else one[name] == told)]
        page = [{key: one.get(key) for key in wanted} for one in listed[start : start + PER_PAGE]]
        after = start + PER_PAGE
        more = {"nextRecordsUrl": f"/services/data/v60.0/query/{query}-{after}"} if after < len(listed) else {}
        handler.send_json({"totalSize": len(listed), "done": not more, "records": page, **more})
