"""The difference between two definitions, as a page to show somebody."""

from __future__ import annotations

from markupsafe import Markup

from tasks.render.charts.svg import ACCENT, EARLIER
from tasks.workbench import diff, pages
from tasks.workbench.diff import Difference
from tasks.workbench.lines import Line, lines


def page(found: Difference, institution: str) -> str:
    """The table, the chart and both queries."""
    show = found.now.contract.show
    header, rows = diff.table(found)
    return pages.page(
        "diff",
        name=found.now.name,
        title=found.now.contract.title,
        institution=institution,
        told=diff.summary(found),
        headline=show.headline,
        unit=show.unit,
        chart=_chart(found),
        header=header,
        rows=rows,
        before=found.before.sql.strip() if found.before else "",
        now=found.now.sql.strip(),
    )


def _chart(found: Difference) -> Markup | None:
    weekly = [line for line in found.lines if line.week != "all"]
    if len({line.group for line in weekly}) != 1:
        return None
    weeks = [line.week for line in weekly]
    now = Line("now", [line.now for line in weekly], ACCENT)
    title = f"{found.now.contract.show.headline} from {weeks[0]} to {weeks[-1]}"
    if found.before is None:
        return lines(weeks, [now], title)
    before = Line("before", [line.before for line in weekly], EARLIER, "4 3")
    return lines(weeks, [before, now], f"{title}, before and now")
