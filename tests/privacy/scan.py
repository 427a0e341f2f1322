"""Look for words everywhere: in files of every kind that a run leaves, taken apart as far as they go.

A mark is letters and digits, unlike anything else in the world. It is found whatever the case, with signs or breaks in
between, percent-encoded, as HTML entities, as JSON or quoted-printable escapes, in base64 and hexadecimal.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import json
import re
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

import pikepdf
import pyarrow.parquet as pq

#: A file in a file in a file …; nothing of ours is deeper.
DEEPEST = 8
#: Runs that may be encoded text.
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
#: What typesetting, handles and Markdown put between letters.
BETWEEN = re.compile(r"[\W_]+")


class Found(NamedTuple):
    """A mark, the file, and the way into it: ``('vrokdamel', 'lake/…', 'parquet text')``."""

    mark: str
    file: str
    how: str


def search(folder: Path, marks: Iterable[str], skip: Callable[[str], bool] = lambda name: False) -> list[Found]:
    """Every mark in every file under ``folder`` (and in the files' names), but for those that ``skip`` says."""
    wanted = re.compile("|".join(sorted(re.escape(mark.casefold()) for mark in marks)))
    found: dict[Found, None] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if skip(name):
            continue
        found |= dict.fromkeys(Found(mark, name, "name") for mark in _in_text(name, wanted))
        if path.is_file() and not path.is_symlink():
            found |= dict.fromkeys(Found(mark, name, how) for mark, how in within(path.read_bytes(), wanted))
    return list(found)


def in_text(text: str, marks: Iterable[str]) -> set[str]:
    """The marks in a text: what a command printed, say."""
    return _in_text(text, re.compile("|".join(sorted(re.escape(mark.casefold()) for mark in marks))))


def within(data: bytes, wanted: re.Pattern[str], how: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """(mark, the way to it) for all that is in some bytes, and in what they hold."""
    for text in (data.decode("utf-8", "ignore"), data.decode("utf-16-le", "ignore") if b"\0" in data else ""):
        for mark in _in_text(text, wanted):
            yield mark, how.strip() or "bytes"
    if depth < DEEPEST:
        for way, part in _parts(data):
            yield from within(part, wanted, f"{how} {way}", depth + 1)


def _in_text(text: str, wanted: re.Pattern[str]) -> set[str]:
    readings = {text, html.unescape(text), unquote_plus(text), ESCAPED.sub(lambda at: chr(int(at[1], 16)), text)}
    found: set[str] = set()
    for one in readings:
        folded = one.casefold()
        found |= {*wanted.findall(folded), *wanted.findall(BETWEEN.sub("", folded))}
    for run in BASE64.findall(text):
        for start in range(4):  # an encoded text may begin anywhere in a run
            piece = run[start:].rstrip("=").replace("-", "+").replace("_", "/")
            with suppress(binascii.Error):
                found |= set(wanted.findall(_folded(base64.b64decode(piece + "=" * (-len(piece) % 4)))))
    for run in HEXADECIMAL.findall(text):
        found |= set(wanted.findall(_folded(bytes.fromhex(run))))
    return found


def _folded(data: bytes) -> str:
    return data.decode("utf-8", "ignore").casefold()


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What some bytes hold, by their first ones."""
    head = data[:16]
    if head.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error):
            yield "gzip", gzip.decompress(data)
    elif head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (("zip", archive.read(one)) for one in archive.namelist())
    elif head.startswith(b"%PDF-"):
        yield from _pdf(data)
    elif head.startswith(b"PAR1"):
        yield from _parquet(data)
    elif head.startswith(b"SQLite format 3\0"):
        yield from _sqlite(data)
    elif re.match(rb"[A-Z][A-Za-z-]{1,15}: \S", data) and re.search(rb"\n(?:MIME-Version|Message-ID): ", data):
        yield from _mail(data)


def _pdf(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every object and decompressed stream (attachments are streams), and the words as a reader sees them."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                with suppress(pikepdf.PdfError):
                    yield "PDF stream", one.read_bytes()
            yield "PDF object", b" ".join(_strings(one))
    words = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    yield "PDF words", words.stdout
    yield "PDF words unhyphenated", words.stdout.replace(b"-\n", b"")


def _strings(one: Any) -> Iterator[bytes]:
    """The texts of a PDF object, in whatever encoding they are; other objects it refers to are met on their own."""
    if isinstance(one, (pikepdf.String, pikepdf.Name)):
        yield str(one).encode()
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in one.items():
            yield str(key).encode()
            if not getattr(value, "is_indirect", False):
                yield from _strings(value)
    elif isinstance(one, pikepdf.Array):
        for value in one:
            if not getattr(value, "is_indirect", False):
                yield from _strings(value)


def _parquet(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every column with texts, however deep, and what stands in the file's own notes."""
    table = pq.read_table(io.BytesIO(data))
    for name in table.column_names:
        texts = json.dumps(table[name].to_pylist(), ensure_ascii=False, default=_plain)
        yield f"parquet {name}", texts.encode()
    for key, value in (table.schema.metadata or {}).items():
        yield f"parquet note {key.decode()}", value


def _plain(value: object) -> str:
    return value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value)


def _sqlite(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every value of every table. What was deleted and is still in a free page is in the bytes of the file itself."""
    with closing(sqlite3.connect(":memory:")) as db:
        # As if it had no write-ahead log, which a database in memory cannot have; that file is searched by itself.
        db.deserialize(data[:18] + b"\x01\x01" + data[20:])
        db.text_factory = bytes
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            name = table.decode()
            for row in db.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    if isinstance(value, bytes):
                        yield f"sqlite {name}", value


def _mail(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Headers and parts, decoded."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        for name, value in part.items():
            yield f"mail {name}", str(value).encode()
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            yield f"mail {part.get_content_type()}", payload
