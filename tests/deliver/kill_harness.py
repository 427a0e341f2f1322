"""Deliver in children that kill themselves: ``kill_harness.py FOLDER PORT PLACES SEED``; prints JSON.

A child counts what the interpreter does inside delivery, the SMTP client and the database layer (calls and returns, of
C functions too) and ends itself with SIGKILL at a given count. A second child then delivers the edition to the end.
One case is one institution, so all share a ledger and a server.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from pathlib import Path
from types import FrameType

from tasks import home
from tasks.deliver.ledger import Ledger
from tasks.deliver.send import deliver
from tasks.deliver.smtp import Server
from tasks.errors import DeliveryError
from tests.deliver import world

WATCHED = ("tasks/deliver/send.py", "tasks/deliver/ledger.py", "tasks/deliver/smtp.py", "smtplib.py",
           "sqlalchemy/engine/base.py", "sqlalchemy/engine/default.py")  # fmt: skip


class Countdown:
    """A profile hook that ends the process at its ``last`` event; 0 only counts."""

    def __init__(self, last: int) -> None:
        self.last, self.seen = last, 0

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        if frame.f_code.co_filename.endswith(WATCHED):
            self.seen += 1
            if self.seen == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def child(slug: str, folder: Path, port: int, last: int | None) -> tuple[int, int]:
    """Deliver in a fork; returns how it ended (0, 1 for a DeliveryError, -9) and how many events it saw."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        countdown, status = Countdown(last or 0), 0
        if last is not None:
            sys.setprofile(countdown)
        try:
            people = tuple((f"{name}@{slug}.example", "nl") for name in ("ann", "bob"))
            server = Server("127.0.0.1", port, timeout_seconds=20)
            institution = world.institution(people, slug=slug)
            deliver(institution, folder / slug / "r1", server=server, run_key="one", again=False, clock=world.clock)
        except DeliveryError:
            status = 1
        except BaseException:
            sys.excepthook(*sys.exc_info())
            status = 2
        finally:
            sys.setprofile(None)
            os.write(write, str(countdown.seen).encode())
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as pipe:
        seen = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), int(seen or 0)


def main(folder: Path, port: int, places: int, seed: int) -> None:
    for slug in ("first", "count"):  # the first one also makes the tables
        world.edition(folder / slug, slug=slug)
        status, total = child(slug, folder, port, 0)
    cases = []
    chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
    for number, last in enumerate(sorted(chance.sample(range(1, total * 99 // 100), places))):
        slug = f"case{number}"
        world.edition(folder / slug, slug=slug)
        killed, _ = child(slug, folder, port, last)
        after_kill = _states(slug)
        ended, _ = child(slug, folder, port, None)
        cases.append(
            {
                "slug": slug,
                "event": last,
                "killed": killed,
                "after_kill": after_kill,
                "ended": ended,
                "states": _states(slug),
            }
        )
    print(json.dumps({"status": status, "total": total, "cases": cases}))


def _states(slug: str) -> dict[str, str]:
    return {
        entry.key.recipient: entry.state for entry in Ledger(home.ledger_url(), world.clock).entries(slug, world.WEEK)
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
