"""A small TOPdesk on the server of faults: incidents that change, what was asked and done in them, 204 for nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.extract.server import Faults, Handler

Incident = dict[str, Any]
TABLE = """
[[source]]
id         = "topdesk"
type       = "topdesk"
name       = { nl = "TOPdesk", en = "TOPdesk" }
connection = "topdesk"
server     = "https://topdesk.school.example:PORT"

[source.fields]
cause        = "optionalFields1.text1"
action       = "optionalFields1.text2"
contacted_at = "optionalFields1.date1"
about        = "optionalFields2.text1"

[source.departments]
"Student Affairs" = "student_affairs"

[source.statuses]
"Gereed" = "solved"
"""


def stamp(moment: str) -> str:
    """As TOPdesk writes it: milliseconds, and a zone without a colon."""
    return f"{moment}:00.000+0000"


@dataclass
class Topdesk:
    """``incidents`` by id; ``requests`` and ``trail`` by the incident's."""

    faults: Faults
    incidents: dict[str, Incident] = field(default_factory=dict)
    requests: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    trail: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def incident(self, moment: str, text: str, title: str = "Vraag", **more: Any) -> str:
        native = f"i{len(self.incidents)}"
        self.incidents[native] = {
            "id": native,
            "number": f"M2609 {len(self.incidents):03}",
            "briefDescription": title,
            "caller": {"id": "caller-1", "dynamicName": "Marijke de Groot"},
            "operator": {"id": "operator-1", "name": "Bos, Ann"},
            "operatorGroup": {"id": "g1", "name": "Student Affairs"},
            "processingStatus": {"id": "s1", "name": "Nieuw"},
            "creationDate": stamp(moment),
            "callDate": stamp(moment),
            "modificationDate": stamp(moment),
            "completed": False,
            "closed": False,
            **more,
        }
        self.requests[native] = [self._entry(native, moment, text, "person", invisibleForCaller=False)] if text else []
        return native

    def act(self, incident: str, moment: str, text: str, by: str = "operator", **more: Any) -> str:
        """Something was done: by an ``operator``, a ``person`` or nobody (``""``)."""
        entry = self._entry(incident, moment, text, by, **{"invisibleForCaller": False, **more})
        self.trail.setdefault(incident, []).insert(0, entry)
        self.change(incident, moment)
        return str(entry["id"])

    def change(self, incident: str, moment: str, **more: Any) -> None:
        self.incidents[incident] |= {"modificationDate": stamp(moment), **more}

    def _entry(self, incident: str, moment: str, text: str, by: str, **more: Any) -> dict[str, Any]:
        number = len(self.trail.get(incident, [])) + len(self.requests.get(incident, []))
        who = {"operator": {"id": "operator-1", "name": "Bos, Ann"}, "person": {"id": "caller-1", "name": "Groot, M."}}
        entry = {"id": f"{incident}-e{number}", "memoText": text, "flag": 0, "entryDate": stamp(moment), **more}
        return {**entry, "operator": None, "person": None, **({by: who[by]} if by else {})}

    def serve(self) -> Topdesk:
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/tas/api/incidents":
            return self._list(handler, self._changed(handler))
        found = re.fullmatch(r"/tas/api/incidents/id/([\w-]+)(/requests|/progresstrail)?", path)
        if not found or found[1] not in self.incidents:
            return handler.send_json({"errors": ["not found"]}, 404)
        if not found[2]:
            return handler.send_json(self.incidents[found[1]])
        listed = self.requests if found[2] == "/requests" else self.trail
        more = [
            {"id": "a1", "fileName": "foto.jpg", "entryDate": stamp("2026-09-08T09:00"), "invisibleForCaller": False}
        ]
        return self._list(handler, [*listed.get(found[1], []), *(more if found[2] == "/progresstrail" else [])])

    def _changed(self, handler: Handler) -> list[Incident]:
        told = re.fullmatch(r"modificationDate=ge=(\S+)", handler.query["query"][0])
        assert told and handler.query["sort"] == ["modificationDate:asc"]
        since = datetime.fromisoformat(told[1]).astimezone(UTC)
        listed = sorted(self.incidents.values(), key=lambda one: str(one["modificationDate"]))
        return [one for one in listed if datetime.fromisoformat(one["modificationDate"]) >= since]

    def _list(self, handler: Handler, listed: list[Any]) -> None:
        start, size = int(handler.query["pageStart"][0]), int(handler.query["pageSize"][0])
        page = listed[start : start + size]
        if not page:
            return handler.send(b"", 204)
        return handler.send_json(page, 206 if len(listed) > start + size else 200)
