"""The edition that anybody may read (Woo): the same figures and pages, without quotes, cases, open items and the words
of editors, drawn from an edition that is there.

    var/reports/<slug>/<week>/r<N>-public/report.nl.pdf, report.nl.html, …

Nobody is mailed it, and it is no revision: the same edition gives the same files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tasks import durable, withdrawal
from tasks.errors import UsageError
from tasks.render.job import Job
from tasks.render.process import draw
from tasks.render.stamp import Stamp
from tasks.settings import Institution
from tasks.tables import Names

#: What a public edition is made of; whatever else a document has or will have stays inside.
KEPT = (
    "institution", "week", "as_of", "weeks", "base", "closed", "metrics", "restated", "tone", "quality", "topics",
    "unavailable",
)  # fmt: skip
LISTS = ("coverage", "funnel", "hours")
CLASSIFICATION = Names(nl="Openbaar", en="Public")


def build(institution: Institution, edition: Path) -> Path:
    """The folder with the public version of an edition; raises UsageError when that is withdrawn or cannot be read."""
    if withdrawal.of(edition):
        raise UsageError(f"{edition} is withdrawn: make the week's report again, and publish that.")
    try:
        document, manifest = (json.loads((edition / name).read_bytes()) for name in ("metrics.json", "manifest.json"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{edition} cannot be read as an edition ({error}).") from None
    stamp = Stamp(manifest["revision"], manifest["fingerprint"][:12])
    job = Job(told(document), _anybodys(institution), stamp, institution.institution.languages)
    folder = edition.with_name(f"{edition.name}-public")
    for name, data in draw(job).items():
        durable.write_bytes(folder / name, data)
    return folder


def told(document: dict[str, Any]) -> dict[str, Any]:
    """What of a document may be published."""
    lists = {name: rows for name, rows in document["lists"].items() if name in LISTS}
    return {name: document[name] for name in KEPT if name in document} | {"lists": lists, "public": True}


def _anybodys(institution: Institution) -> Institution:
    """Without pages of departments, and called public."""
    about = institution.institution.model_copy(update={"classification": CLASSIFICATION})
    departments = tuple(one.model_copy(update={"page": False}) for one in institution.department)
    return institution.model_copy(update={"institution": about, "department": departments})
