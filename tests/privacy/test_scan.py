"""The search finds a mark in every kind of place: otherwise finding none would say nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import weasyprint

from tests.privacy import scan

MARK = "Vrokdamel"


def text(say: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(say, encoding="utf-8")


def data(made: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(made())


def parquet(value: object, kind: pa.DataType, note: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array([value] * 2000, kind)}).replace_schema_metadata(note), out)
    return out.getvalue()


def database(value: object, *, deleted: bool = False, journal: bytes = b"\x01\x01") -> bytes:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE t (a)")
        db.execute("INSERT INTO t VALUES (?)", [value])
        if deleted:
            db.execute("PRAGMA secure_delete = OFF")
            db.execute("DELETE FROM t")
        db.commit()
        made = db.serialize()
        return made[:18] + journal + made[20:]


def pdf(body: str, *, title: str = "", attached: bytes = b"") -> bytes:
    out = io.BytesIO()
    page = f"<html lang=nl><head><title>{title}</title></head><body>{body}</body></html>"
    weasyprint.HTML(string=page).write_pdf(out)
    if not attached:
        return out.getvalue()
    with pikepdf.open(out) as made:
        made.attachments["figures.csv"] = pikepdf.AttachedFileSpec(made, attached, filename="figures.csv")
        made.save(after := io.BytesIO(), compress_streams=True)
    return after.getvalue()


def mail(*, subject: str = "hoi", to: str = "a@b.example", body: str = "hoi", attached: bytes = b"") -> bytes:
    message = EmailMessage()
    message["Subject"], message["To"] = subject, to
    message.set_content(body, cte="base64")
    if attached:
        message.add_attachment(attached, maintype="application", subtype="pdf", filename="report.pdf")
    return message.as_bytes()


def zipped() -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", f"x {MARK} x" * 100)
    return out.getvalue()


PLANTED: dict[str, Callable[[Path], None]] = {
    "plain text": text(f"Jan {MARK} belde"),
    "other case": text(MARK.upper()),
    "a handle with signs": text("@jan.vrok_damel-77"),
    "broken by a hyphen": text("Vrok-\ndamel"),
    "a soft hyphen": text("Vrok\u00addamel"),
    "a log line": text(f"[2026-11-23] ERROR - Could not convert string '{MARK}' to INT32\n"),
    "percent-encoded": text("https://x.example/%56rokdamel?q=1"),
    "HTML entities": text("&#86;rok<wbr>damel &#86;rokdamel"),
    "JSON escapes": text(json.dumps("Vrokdamel").replace("V", "\\u0056")),
    "base64": text(base64.b64encode(f"xx{MARK}".encode()).decode()),
    "base64 for addresses, off by two": text("ab" + base64.urlsafe_b64encode(f"{MARK}??>>".encode()).decode()),
    "hexadecimal": text(MARK.encode().hex()),
    "UTF-16": data(lambda: MARK.encode("utf-16-le")),
    "gzip": data(lambda: gzip.compress(MARK.encode())),
    "zip": data(zipped),
    "a Parquet column": data(lambda: parquet(MARK, pa.string())),
    "a list in Parquet": data(lambda: parquet([{"word": MARK}], pa.list_(pa.struct([("word", pa.string())])))),
    "a Parquet file's notes": data(lambda: parquet("x", pa.string(), {"made_from": MARK})),
    "SQLite": data(lambda: database(MARK)),
    "SQLite with a write-ahead log": data(lambda: database(gzip.compress(MARK.encode()), journal=b"\x02\x02")),
    "JSON in a blob in SQLite": data(lambda: database(gzip.compress(MARK.encode()))),
    "what was deleted from SQLite": data(lambda: database(MARK, deleted=True)),
    "words of a PDF": data(lambda: pdf(f"<p>Jan {MARK}")),
    "hyphenated words of a PDF": data(lambda: pdf("<p style='width:4em'>Jan Vrok&shy;damel")),
    "a PDF's title": data(lambda: pdf("", title=MARK)),
    "a link in a PDF": data(lambda: pdf(f"<a href='https://x.example/{MARK}'>x</a>")),
    "a PDF's attachment": data(lambda: pdf("", attached=MARK.encode())),
    "a mail's subject": data(lambda: mail(subject=f"Klacht van Zoë {MARK}")),
    "a mail's recipient": data(lambda: mail(to=f"{MARK}@b.example")),
    "a mail's body": data(lambda: mail(body=MARK)),
    "a PDF that is mailed": data(lambda: mail(attached=pdf(f"<p>{MARK}"))),
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_mark_is_found(place: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    PLANTED[place](tmp_path / "deep" / "file")
    assert {(one.mark, one.file) for one in scan.search(tmp_path, [MARK, "Kwamdobber"])} == {("vrokdamel", "deep/file")}


def test_a_name_of_a_file_and_of_a_folder_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / f"export_{MARK}").mkdir()
    (tmp_path / f"export_{MARK}" / "a").write_text("x")
    assert {one.how for one in scan.search(tmp_path, [MARK])} == {"name"}


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    for number, plant in enumerate(PLANTED.values()):
        plant(tmp_path / str(number))
    assert scan.search(tmp_path, ["Kwamdobber"]) == []
