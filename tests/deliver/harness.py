"""A process of its own that delivers: ``harness.py EDITION PORT RECIPIENT…``; prints the receipts as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tasks.deliver.send import deliver
from tasks.deliver.smtp import Server
from tasks.errors import DeliveryError
from tests.deliver import world


def send(place: Path, port: int, people: list[str]) -> dict[str, str]:
    institution = world.institution(tuple((who, "nl") for who in people))
    server = Server("127.0.0.1", port, timeout_seconds=20)
    return deliver(institution, place, server=server, run_key="one", again=False, clock=world.clock)


if __name__ == "__main__":
    try:
        print(json.dumps(send(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))
    except DeliveryError:
        sys.exit(1)
