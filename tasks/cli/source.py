"""``./weerklank source``: what is listened to, and whether it works."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.extract.sources.table import Listened
    from tasks.settings import Institution
    from tasks.stage.people import People

NAME = "source"
HELP = """See what an institution listens to, and try a source.

  ./weerklank source list overbrugge
  ./weerklank source test overbrugge mastodon
  ./weerklank source collect overbrugge mastodon

list: every source, how often it is asked, how far it was read and what its last collection said.
test: asks the source with the credentials of the environment (WEERKLANK_<INSTITUTION>_<SOURCE>_TOKEN, or _CLIENT_ID,
_CLIENT_SECRET, _USER and _PASSWORD), shows its last five items masked, the rate limit that is left and what a week
costs. Nothing of them is kept; that you looked is written in the journal (./weerklank privacy journal).
collect: collects what is new now, as the DAG collect_mentions does every hour; without a source, from all of them;
of a source with an inbox, what lies there.
"""
SHOWN, WIDTH = 5, 100
#: What trying may ask: enough for five items of most sources, and never much money.
REQUESTS, READS = 12, 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list INSTITUTION | test INSTITUTION SOURCE | collect INSTITUTION [SOURCE]"""
    choices = ("list", "test", "collect")
    parser.add_argument("action", choices=choices, help="what there is, whether one works, or ask it now")
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("source", nargs="?", help="test, collect: the id of a [[source]]")


def run(args: argparse.Namespace) -> int:
    """0, or 1 when the source that was tried does not work."""
    from tasks import settings
    from tasks.errors import UsageError
    from tasks.extract.sources.table import Listened

    institution = settings.load(args.institution)
    if args.action == "list":
        _list(institution)
        return 0
    if args.action == "collect":
        return _collect(institution, args.source)
    source = next((one for one in institution.source if one.id == args.source), None)
    if not isinstance(source, Listened):
        there = ", ".join(one.id for one in institution.source if isinstance(one, Listened)) or "none"
        raise UsageError(f"name a source of {institution.slug} that is asked over the network; there are: {there}.")
    return _test(institution.slug, source)


def _collect(institution: Institution, only: str | None) -> int:
    """Ask now; 1 when a source gave nothing."""
    from tasks import collecting
    from tasks.errors import UsageError, printable

    slug, failed = institution.slug, 0
    asked = [only] if only else [one.id for one in collecting.collected(institution)]
    if not asked:
        raise UsageError(f"config/institutions/{slug}.toml has no [[source]] that is listened to or has an inbox.")
    for name in asked:
        told = collecting.collect_now(slug, name)
        print(f"{name:<20} {told['status']}: {told['items']:,} items in {told['pages']:,} pages that say something new")
        if "reason" in told:
            print(printable(f"{'':<20} {told['reason']}"))
        failed += told["status"] == "failed"
    return int(failed > 0)


def _list(institution: Institution) -> None:
    from tasks import home
    from tasks.extract import landing
    from tasks.extract.cursor import Cursors
    from tasks.extract.sources.table import Files, Listened
    from tasks.period import now

    cursors = Cursors(home.ledger_url(), now)
    last = {window.source: window for window in landing.windows(institution.slug)}
    for source in institution.source:
        told = source.type if source.enabled else f"{source.type}, switched off"
        if isinstance(source, Listened):
            read = cursors.read(institution.slug, source.id).moved_at
            told += f", every {source.every_minutes} minutes, read up to {_moment(read)}"
        elif isinstance(source, Files) and source.inbox:
            told += f", inbox {home.inbox(institution.slug, source.id)}"
        print(f"{source.id:<20} {told}")
        if (window := last.get(source.id)) and window.status != "complete":
            print(f"{'':<20} {window.status}: {window.reason}")


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "nothing yet"


def _test(slug: str, source: Listened) -> int:
    """Try one source: every answer is looked at and thrown away."""
    from tasks import settings
    from tasks.errors import WeerklankError, printable
    from tasks.extract import connect, sources, trial
    from tasks.extract.http.budget import Budget
    from tasks.extract.http.credentials import from_environment
    from tasks.privacy import journal
    from tasks.stage.people import People

    budget = Budget(REQUESTS, READS if source.budget.reads else None)
    credentials = from_environment(slug, source.id)
    with connect.client(source, credentials, budget=budget) as client:
        try:
            found = trial.run(source, client)
        except WeerklankError as error:
            print(f"{source.id} does not work: {printable(credentials.redact(str(error)))}")
            return error.exit_code
    shown = found.newest(SHOWN)
    journal.note(slug, "source test", len(shown))
    people = People.of(settings.load(slug))
    for item in shown:
        print(printable(_line(item, people)))
    print(f"\n{source.id} works: {found.items:,} items in {client.spent.requests} requests.")
    if found.note:
        print(printable(found.note))
    for reason in found.refused[:SHOWN]:
        print(f"  set aside: {printable(reason)}")
    left = client.spent.remaining
    print("Requests left until the limit is renewed: " + (f"{left:,.0f}" if left is not None else "not told") + ".")
    print(f"A week costs {sources.KINDS[source.type].weekly_cost(source)}.")
    return 0


def _line(item: dict[str, Any], people: People) -> str:
    import pyarrow as pa

    from tasks.stage import privacy

    said = " ".join(str(item.get(key) or "") for key in ("title", "text")).split()
    masked = privacy.masked(pa.array([" ".join(said)]), people)[0].as_py()
    text = "(deleted)" if item.get("deleted") else (masked or "(no text)")[:WIDTH]
    return f"  {str(item['created_at'])[:16]}  {item.get('author_kind') or 'public':<7} {text}"
