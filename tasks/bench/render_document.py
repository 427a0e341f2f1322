"""``python -m tasks.bench.render_document WEEK FILE``: the demo's week, from pages to what its report is made of."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tasks import editorial, settings, steps
from tasks.measure import document
from tasks.period import Week

SLUG = "overbrugge"


def main(name: str, target: Path) -> None:
    """Collect, stage and measure it in this state folder; write the document as JSON."""
    institution = settings.load(SLUG)
    week = Week.parse(name, institution.zone)
    as_of = week.cutoff.isoformat()
    for source in institution.sources:
        steps.extract(SLUG, source.id, name)
    steps.stage(SLUG, name)
    steps.measure(SLUG, name, as_of)
    made = document.stored(SLUG, name, as_of) | {"editorial": editorial.words(institution, name, name)}
    target.write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
