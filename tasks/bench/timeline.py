"""A timeline server for the benchmark of collecting: ``python -m tasks.bench.timeline ITEMS``, in a process of its own.

It speaks as much of Mastodon's API as a tag needs, over plain HTTP on a free port of this machine, which it prints.
Statuses are made from their number, so nothing is kept.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
PAGE = 40
WORDS = "Wanneer is het tentamen van groep {n}? Niemand neemt de telefoon op, en de site zegt {m}."


def status(number: int) -> dict[str, Any]:
    """The n-th of them, as the API gives it."""
    at = FIRST + timedelta(seconds=number)
    return {
        "id": str(10**9 + number),
        "uri": f"http://127.0.0.1/users/a{number % 9973}/statuses/{number}",
        "url": f"http://127.0.0.1/@a{number % 9973}/{number}",
        "created_at": at.isoformat().replace("+00:00", ".000Z"),
        "edited_at": None,
        "in_reply_to_id": None,
        "content": f"<p>{WORDS.format(n=number % 977, m=number)}</p>",
        "spoiler_text": "",
        "visibility": "public",
        "language": "nl",
        "reblog": None,
        "account": {"id": str(number % 9973), "acct": f"a{number % 9973}", "bot": False},
        "tags": [{"name": "school"}],
    }


def serve(items: int) -> None:
    """Until somebody ends it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            after = int(asked.get("min_id", ["0"])[0]) - 10**9
            numbers = range(max(0, after + 1), min(items, max(0, after + 1) + PAGE)) if after >= 0 else range(PAGE)
            body = json.dumps([status(number) for number in reversed(numbers)]).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
