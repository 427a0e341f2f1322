"""Weeks judged ahead: while one week's conversations are made, two others get their mentions, if there are many.

And behind: while the next week's conversations are made, the last one's are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue

import pyarrow as pa

from tasks import lake, warehouse
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import partition

#: DuckDB lets go of Python while it works, so that reading pages and judging weeks fill two cores.
WORKERS = 2
#: Fewer lines than this are staged before a second database is open.
FEWEST_LINES = 20_000
#: Rows by table and week, the institution, and what they were made from.
Write = Callable[[Mapping[tuple[str, str], pa.Table], str, str], None]


@contextmanager
def judged(
    institution: Institution, pages: partition.Pages, weeks: Sequence[Week]
) -> Iterator[Mapping[str, Future[int]]]:
    """By week, the number of mentions that is being made of it; empty when the weeks are few or up to date.

    A week's failure is raised where its number is asked for. What is not asked for any more is not begun.
    """
    stale = {str(week): (week, made_from) for week in weeks if (made_from := _outdated(institution, pages, week))}
    lines = {page.sha256: page.lines for week, _ in stale.values() for page in pages.near(week)}
    if sum(lines.values()) < FEWEST_LINES or len(stale) < WORKERS:
        yield {}
        return
    idle: SimpleQueue[warehouse.Connection] = SimpleQueue()

    def judge(week: Week, made_from: str) -> int:
        db = idle.get()
        try:
            return partition.write(db, institution, pages, week, made_from)[0]
        finally:
            idle.put(db)

    with ExitStack() as stack:
        for _ in range(WORKERS):
            idle.put(stack.enter_context(warehouse.connect(institution.zone, threads=1)))
        pool = stack.enter_context(ThreadPoolExecutor(WORKERS))
        stack.callback(pool.shutdown, cancel_futures=True)
        yield {name: pool.submit(judge, *one) for name, one in stale.items()}


@contextmanager
def writing() -> Iterator[Write]:
    """Partitions written in turn by one thread. What failed is raised at the next, or at the end: then all is there."""
    last: list[Future[None]] = []

    def write(tables: Mapping[tuple[str, str], pa.Table], slug: str, made_from: str) -> None:
        if last:
            last.pop().result()
        last.append(pool.submit(replace, tables, slug, made_from))

    def replace(tables: Mapping[tuple[str, str], pa.Table], slug: str, made_from: str) -> None:
        for (table, week), rows in tables.items():
            lake.replace(table, slug, week, rows, made_from)

    with ThreadPoolExecutor(1) as pool:
        yield write
        if last:
            last.pop().result()


def _outdated(institution: Institution, pages: partition.Pages, week: Week) -> str | None:
    """What the partitions of a week that has pages must be made from, if they are not."""
    if not pages.near(week):
        return None
    made_from = partition.inputs(institution, pages, week)
    made = {lake.inputs(table, institution.slug, str(week)) for table in partition.TABLES}
    return None if made == {made_from} else made_from
