"""One week of one institution: landed rows in, three partitions out (mentions, quarantine, fetch windows)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc

from tasks import home, lake, language, warehouse
from tasks.extract import exchange, landing, reread, sources
from tasks.period import Week
from tasks.sentiment import kept, sql_engine
from tasks.settings import Institution
from tasks.stage import corrections, erased, keys, rows, settled
from tasks.stage.people import People
from tasks.stage.tone import Tone
from tasks.topics.listening import URGENT, Listening

#: Raise it when the same pages must give other rows (a change in SQL or settings is noticed by itself).
PARSER_VERSION = 3
#: How far past the week a page may reach to explain it: the parent of a reply, at most a week later.
REACH = timedelta(weeks=1)
#: What one week is staged into; the last one written makes the others count.
TABLES = ("quarantine", "fetch_windows", "mentions")
#: Why an item that can be read may still be set aside.
EARLY = "a reply from before its message"
#: Everything in sql/staging that a mention depends on.
SQL = ("mention", "lexicon", "entry", "spoken", "10_item", "20_sentiment", "22_verdict", "26_heard", "30_mention")
WINDOWS = pa.schema(
    [
        ("source", pa.string()),
        ("start_at", rows.TIME),
        ("end_at", rows.TIME),
        ("status", pa.string()),
        ("reason", pa.string()),
    ]
)


class Pages:
    """The landed pages and windows of an institution; each page is parsed once, however many weeks need it."""

    def __init__(self, institution: Institution) -> None:
        self.slug = institution.slug
        self.keys = keys.chain(institution)
        self.erased = erased.load(institution.slug, self.keys)
        self.people = People.of(institution)
        self.tone = Tone(institution)
        describe = self.tone.describe if self.tone.embedder else None
        self.listening = Listening(institution, describe, self.tone.embedder)
        self.all = reread.pages(institution)
        self.ours = sources.ours(institution.source)
        self.windows = landing.windows(institution.slug)
        self.corrections = corrections.load(institution)
        self._parsed: dict[str, tuple[pa.Table, pa.Table]] = {}
        self._parsing = Lock()

    def near(self, week: Week) -> list[landing.Page]:
        """Every page that may hold something of, or explain something in, this week."""
        return [page for page in self.all if page.overlaps(week.start, week.end + REACH)]

    def parsed(self, page: landing.Page) -> tuple[pa.Table, pa.Table]:
        """Usable rows and refused lines of a page."""
        with self._parsing:
            if page.sha256 not in self._parsed:
                good, bad = settled.parsed(self.slug, self.keys, page, self.listening.reader, self.people)
                self._parsed[page.sha256] = self.erased.apply(good), bad
        return self._parsed[page.sha256]

    def asked(self, week: Week) -> list[landing.Window]:
        """The fetch windows that overlap this week."""
        return [
            window
            for window in self.windows
            if datetime.fromisoformat(window.start) < week.end and datetime.fromisoformat(window.end) > week.start
        ]


def inputs(institution: Institution, pages: Pages, week: Week) -> str:
    """A hash of all that a week's partitions depend on; equal hash, equal bytes."""
    parts = [
        str(PARSER_VERSION),
        hashlib.sha256(b"".join(pages.keys)).hexdigest(),
        *(page.content for page in pages.near(week)),
        *(json.dumps([window.source, window.start, window.end, window.status]) for window in pages.asked(week)),
        *(page.format for page in pages.near(week) if page.format != exchange.FORMAT),
        *([pages.ours] if pages.ours else []),
        _rules(institution),
        pages.tone.version,
        pages.people.version,
        pages.listening.definition,
        *(path.read_text(encoding="utf-8") for path in pages.listening.files()),
    ]
    if near := corrections.near(pages.corrections, week):
        parts += [(home.SQL / "staging" / "05_corrected.sql").read_text(encoding="utf-8"), *map(repr, near)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _rules(institution: Institution) -> str:
    """Everything that decides how a row is judged: SQL, word lists, and the settings that staging reads."""
    files = [home.SQL / "staging" / f"{step}.sql" for step in SQL]
    respond = institution.respond
    settings: list[object] = [institution.institution.timezone, respond.eligible, respond.template_threads]
    settings += [department.id for department in institution.department]
    return "\n".join([*(path.read_text(encoding="utf-8") for path in files), sql_engine.words(), json.dumps(settings)])


def write(
    db: warehouse.Connection, institution: Institution, pages: Pages, week: Week, made_from: str
) -> tuple[int, int]:
    """Stage one week; returns the number of mentions and of quarantined lines."""
    near = pages.near(week)
    tables = [pages.parsed(page) for page in near]
    landed = pa.concat_tables([rows.LANDED.empty_table(), *(good for good, _ in tables)])
    mentions, early, urgent = _judge(db, institution, pages, week, landed)
    corrections.keep(db if corrections.near(pages.corrections, week) else None, institution.slug, week, made_from)
    refused = _refused(week, near, [bad for _, bad in tables], early)
    windows = [_window(window) for window in pages.asked(week)]
    slug, name = institution.slug, str(week)
    lake.replace("quarantine", slug, name, refused, made_from)
    lake.replace("fetch_windows", slug, name, pa.Table.from_pylist(windows, WINDOWS), made_from)
    if pages.listening.urgent:
        lake.replace("urgent", slug, name, urgent, made_from)
    else:
        lake.remove("urgent", slug, name)
    lake.replace("mentions", slug, name, mentions, made_from)
    return mentions.num_rows, refused.num_rows


def _judge(
    db: warehouse.Connection, institution: Institution, pages: Pages, week: Week, landed: pa.Table
) -> tuple[pa.Table, list[tuple[str, int, str]], pa.Table]:
    """The week's mentions, (page, line, source) of replies that are older than their message, and what is urgent."""
    warehouse.reset(db)
    near = pc.and_(
        pc.greater_equal(landed["created_at"], pa.scalar(week.start, rows.TIME)),
        pc.less(landed["created_at"], pa.scalar(week.end + REACH, rows.TIME)),
    )
    here = _corrected(db, pages, week, landed.filter(near))
    if not here.num_rows:
        kept.forget(institution.slug, str(week))
        warehouse.run_file(db, home.SQL / "staging" / "mention.sql")
        return db.table("staging.mention").to_arrow_table(), [], URGENT.empty_table()
    this_week = pa.table({"start_at": pa.array([week.start], rows.TIME), "end_at": pa.array([week.end], rows.TIME)})
    warehouse.put(db, "staging.landed", here)
    warehouse.put(db, "staging.this_week", this_week)
    _reference(db, institution)
    _run(db, "10_item")
    language.put(db)
    _run(db, "20_sentiment")
    pages.listening.find(db)
    embedded = pages.tone.judge(db, str(week))
    _run(db, "22_verdict")
    pages.listening.judge(db, embedded)
    _run(db, "30_mention")
    early = db.sql(
        "SELECT page, line, source FROM staging.item WHERE parent_created_at > created_at ORDER BY page, line"
    ).fetchall()
    return db.table("staging.mention").to_arrow_table(), early, db.table("staging.urgent").to_arrow_table()


def _corrected(db: warehouse.Connection, pages: Pages, week: Week, handed: pa.Table) -> pa.Table:
    """With the known-bad rows of this week put right; nearly always there are none."""
    if not (listed := corrections.near(pages.corrections, week)):
        return handed
    warehouse.put(db, "staging.handed", handed)
    corrections.put(db, listed, week, pages.keys, set(handed["item_id"].to_pylist()))
    _run(db, "05_corrected")
    found = db.table("staging.landed").to_arrow_table().cast(rows.LANDED)
    db.execute("DROP TABLE staging.landed")
    return found


def _run(db: warehouse.Connection, step: str) -> None:
    warehouse.run_file(db, home.SQL / "staging" / f"{step}.sql")


def _window(window: landing.Window) -> dict[str, object]:
    start, end = datetime.fromisoformat(window.start), datetime.fromisoformat(window.end)
    return {
        "source": window.source,
        "start_at": start,
        "end_at": end,
        "status": window.status,
        "reason": window.reason,
    }


def _refused(
    week: Week, near: Sequence[landing.Page], bad: Sequence[pa.Table], early: Sequence[tuple[str, int, str]]
) -> pa.Table:
    """Refused lines of this week. A line without a readable time belongs to the last week that its page reaches."""
    here = {
        page.sha256[:16]
        for page in near
        if page.last_at and week.start <= datetime.fromisoformat(page.last_at) < week.end
    }
    listed = [row for table in bad for row in table.to_pylist() if row["page"] in here]
    listed += [
        {
            "page": page,
            "line": line,
            "source": source,
            "reason": EARLY,
        }
        for page, line, source in early
    ]
    return pa.Table.from_pylist(sorted(listed, key=lambda row: (row["page"], row["line"])), rows.QUARANTINE)


def _reference(db: warehouse.Connection, institution: Institution) -> None:
    """The small tables that staging joins with: departments, the promise, the words."""
    departments = [{"id": department.id} for department in institution.department]
    put = warehouse.put
    put(db, "staging.department", pa.Table.from_pylist(departments, pa.schema([("id", pa.string())])))
    respond = institution.respond
    put(
        db,
        "staging.promise",
        pa.table({"eligible": [respond.eligible], "template_threads": [respond.template_threads]}),
    )
    sql_engine.prepare(db)
