"""A board gets three pages, whatever a week was like: charts and lists become as large as those allow.

A layout takes a second, so the first one, with everything as large as we like, is measured: it tells how much smaller
the second must be, which is nearly always the last.
"""

from __future__ import annotations

import math

from tasks.render.dress import Dress
from tasks.render.engine import Laid
from tasks.render.page import Limits, html
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice

MOST_PAGES = 3
#: In CSS pixels; what does not fit is made smaller by at least the last of these.
LARGEST_CHART, SMALLEST_CHART, STEP = 205, 110, 8
#: What an editor's words usually take of page 1: begun with, it saves a layout.
EDITOR = 68
#: Cases, open items and topics; what does not fit is tried with the next.
ROWS = ((3, 4, 8), (2, 4, 7), (1, 2, 5))


def fitted(voice: Voice, stamp: Stamp) -> tuple[str, Laid]:
    """The page and its layout, with charts and lists as large as three pages allow."""
    chart = LARGEST_CHART - EDITOR * bool(voice.facts.document.get("editorial"))
    rows, own = 0, Dress.of(voice.institution).files()
    while True:
        page = html(voice, stamp, Limits(*ROWS[rows], chart))
        laid = Laid(page, own)
        moved = not laid.begins_with("charts")
        smaller, fewer = _smaller(laid, chart) if moved else chart, _fewer(laid, rows, MOST_PAGES + moved)
        if (smaller, fewer) == (chart, rows):
            return page, laid
        chart, rows = smaller, fewer


def _smaller(laid: Laid, chart: int) -> int:
    """The height at which the charts would have stayed on page 1."""
    lacking = sum(laid.heights("div", "id", "charts")) - laid.room(0)
    return max(SMALLEST_CHART, chart - max(STEP, math.ceil(lacking)))


def _fewer(laid: Laid, rows: int, most_pages: int) -> int:
    """The first rows that leave out as much as lies beyond the last page; the last ones when none do."""
    if laid.pages <= most_pages:
        return rows
    beyond = sum(map(laid.used, range(most_pages, laid.pages))) - laid.room(most_pages - 1)
    cases, items = laid.heights("li", "class", "case"), laid.heights("tr", "class", "open")[1:]  # without the header
    for fewer, (most_cases, most_items, _) in enumerate(ROWS[rows + 1 :], rows + 1):
        if sum(cases[most_cases:]) + sum(items[most_items:]) >= beyond:
            return fewer
    return len(ROWS) - 1
