"""A board gets three pages and a department one, whatever a week was like: charts and lists are as large as fits.

A layout takes a second, so the first one, with everything as large as we like, is measured: it tells how much smaller
the second must be, which is nearly always the last.
"""

from __future__ import annotations

import math

from tasks.render.dress import Dress
from tasks.render.engine import Laid
from tasks.render.page import Kind, Limits, html
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice

#: In CSS pixels; a chart that does not fit is made smaller by at least so much.
STEP = 8
#: What an editor's words usually take of page 1: begun with, it saves a layout.
EDITOR = 68


def fitted(kind: Kind, voice: Voice, stamp: Stamp) -> Laid:
    """The page laid out, with charts and lists as large as its kind's pages allow."""
    chart = kind.largest_chart - EDITOR * bool(voice.facts.editorial)
    rows, dress = 0, Dress.of(voice.institution)
    style, own = dress.style("paper"), dress.files()
    while True:
        laid = Laid(html(kind, voice, stamp, Limits(kind.rows[rows], chart)), style, own)
        moved = not laid.begins_with("charts")
        smaller, fewer = (
            _smaller(kind, laid, chart) if moved else chart,
            _fewer(kind, laid, rows, kind.most_pages + moved),
        )
        if (smaller, fewer) == (chart, rows):
            return laid
        chart, rows = smaller, fewer


def _smaller(kind: Kind, laid: Laid, chart: int) -> int:
    """The height at which the charts would have stayed on page 1."""
    lacking = sum(laid.heights("div", "id", "charts")) - laid.room(0)
    return max(kind.smallest_chart, chart - max(STEP, math.ceil(lacking)))


def _fewer(kind: Kind, laid: Laid, rows: int, most_pages: int) -> int:
    """The first rows that leave out as much as lies beyond the last page; the last ones when none do."""
    if laid.pages <= most_pages:
        return rows
    beyond = sum(map(laid.used, range(most_pages, laid.pages))) - laid.room(most_pages - 1)
    cases, items = laid.heights("li", "class", "case"), laid.heights("tr", "class", "open")[1:]  # without the header
    for fewer, most in enumerate(kind.rows[rows + 1 :], rows + 1):
        if sum(cases[most.cases :]) + sum(items[most.open_items :]) >= beyond:
            return fewer
    return len(kind.rows) - 1
