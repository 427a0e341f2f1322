"""Groups of fewer than five people, and private words: in nothing that an edition is made of or comes with."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tasks import cli, settings, steps
from tasks.deliver import edition as editions
from tasks.deliver.message import Letter
from tasks.measure import few
from tasks.render import edition, public
from tasks.render.summary import summary
from tests import shared, world

WEEK = "2026-W37"
#: Twelve messages of two people, and eight of eight, each with words of its own.
SMALL, LARGE = "Kleine", "Grote"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An edition with a small and a large department and source; the institution and the edition's folder."""
    folder = tmp_path_factory.mktemp("few")
    with pytest.MonkeyPatch.context() as patch:
        shared.work_here(patch)
        more = world.INSTITUTION.replace(
            "[deliver]",
            f'[[source]]\nid = "zendesk"\ntype = "files"\nname = {{ nl = "{SMALL} bron", en = "{SMALL} source" }}\n'
            f'[[department]]\nid = "small"\nname = {{ nl = "{SMALL} afdeling", en = "{SMALL} department" }}\n'
            'keywords = ["kantine"]\npage = true\n[deliver]',
            1,
        )
        slug = world.settle(patch, folder, more)
        said = [
            world.item(f"s{n}", f"2026-09-0{7 + n % 3}T{9 + n // 3:02}:00", source="zendesk", author=f"two_{n % 2}",
                       text="Waarom is de kantine dicht? Een schande!", visibility="private" if n % 3 else "public")
            for n in range(12)
        ]  # fmt: skip
        said += [
            world.item(f"l{n}", f"2026-09-0{7 + n % 3}T{9 + n // 3:02}:00", author=f"many_{n}",
                       text="Waar is het tentamen? Wat een schande!")
            for n in range(8)
        ]  # fmt: skip
        said += [
            world.item(f"p{n}", "2026-09-09T15:00", visibility="private", author=f"own_{n}",
                       text="Paarsgestreepte olifanten, waarom is het tentamen kwijt?")
            for n in range(3)
        ]  # fmt: skip
        assert cli.main(["import", slug, str(world.jsonl(folder / "in.jsonl", *said))]) == 0
        assert cli.main(["report", slug, WEEK, "--woo"]) == 0
        yield settings.load(slug), edition.newest(slug, WEEK)


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [row | {"metric": name} for name, metric in document["metrics"].items() for row in metric["rows"]]


def attached(pdf: Path) -> dict[str, bytes]:
    with pikepdf.open(pdf) as opened:
        return {name: spec.get_file().read_bytes() for name, spec in opened.attachments.items()}


def words(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout


def test_the_document_tells_nothing_of_a_small_group(made: Any) -> None:
    _, folder = made
    told = rows_of(json.loads((folder / "metrics.json").read_text()))
    small = [row for row in told if row["group"] in ("small", "zendesk") and row["metric"] != "coverage"]
    assert {row["metric"] for row in small if row.get("few")} >= {"mention_volume", "eligibility", "net_sentiment"}
    for row in small:
        values = {key: row[key] for key in set(row) - {"metric", "week", "dimension", "group", "few"}}
        assert not any(values.values()), row
    large = {row["metric"]: row for row in told if row["group"] == "exams" and row["week"] == WEEK}
    assert large["mention_volume"]["n"] == 11
    whole = next(
        row for row in told if row["metric"] == "mention_volume" and (row["group"], row["week"]) == ("all", WEEK)
    )
    assert whole["n"] == 23  # counts stay


def test_no_table_that_is_attached_has_a_row_of_a_small_group(made: Any) -> None:
    institution, folder = made
    pdfs = sorted(folder.glob("*.pdf"))
    assert {path.name for path in pdfs} == {"report.en.pdf", "department-small.en.pdf"}
    seen = set()
    for pdf in pdfs:
        files = attached(pdf)
        assert {Path(name).suffix for name in files} == {".csv", ".json"}
        for name, data in files.items():
            if name.endswith(".csv"):
                listed = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
            else:
                document = json.loads(data)
                listed = rows_of(document)
                assert not {"open_items", "solved_cases"} & set(document["lists"])
            seen |= {row["group"] for row in listed}
            assert not [row for row in listed if row["group"] in ("small", "zendesk") and row["metric"] != "coverage"]
    assert {"all", "exams", "mastodon"} <= seen
    assert institution.pages == ("small",)


@pytest.mark.parametrize("name", ["report.en.pdf", "report.en.html", "department-small.en.pdf"])
def test_pages_say_fewer_than_five_and_quote_nothing_private(made: Any, name: str) -> None:
    _, folder = made
    told = words(folder / name) if name.endswith(".pdf") else (folder / name).read_text()
    assert "olifanten" not in told
    assert "aarsgestreepte" not in told
    if name == "report.en.pdf":
        (row,) = re.findall(rf"^\s*{SMALL} department .*$", told, re.MULTILINE)
        assert "12" not in row
        assert "<5" in row


def test_the_mail_says_nothing_of_a_small_group(made: Any) -> None:
    institution, folder = made
    opened = editions.read(folder, institution)
    told = summary(opened.document, institution, "en")
    letter = Letter(institution, opened, institution.deliver.recipients[0], 1, told)
    body = letter.build().get_body(("plain",))
    assert body is not None
    assert SMALL not in body.get_content()


def test_quotes_are_of_public_messages_and_short(made: Any) -> None:
    _, folder = made
    items = json.loads((folder / "metrics.json").read_text())["lists"]["open_items"]
    assert {row["visibility"] for row in items} == {"public", "private"}
    assert all(row["excerpt"] is None for row in items if row["visibility"] != "public")
    quoted = [row["excerpt"] for row in items if row["excerpt"]]
    assert quoted
    assert all(len(text.split()) <= 9 and len(text) <= 61 for text in quoted)


def test_the_public_version_has_no_quotes_cases_or_open_items_and_is_made_again_the_same(made: Any) -> None:
    institution, folder = made
    place = folder.with_name(f"{folder.name}-public")
    assert {path.name for path in place.iterdir()} == {"report.en.pdf", "report.en.html"}
    told = words(place / "report.en.pdf")
    assert "Public version" in " ".join(told.split())
    assert "Public · " in told or "Public ·" in told
    items = json.loads((folder / "metrics.json").read_text())["lists"]["open_items"]
    for text in {row["excerpt"] for row in items if row["excerpt"]}:
        assert " ".join(text.split()[:3]) in " ".join(words(folder / "report.en.pdf").split())
        assert " ".join(text.split()[:3]) not in " ".join(told.split())
    assert not any(row["item_no"] in told for row in items)
    for data in attached(place / "report.en.pdf").values():
        assert b"excerpt" not in data
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    public.build(institution, folder)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert edition.revisions(folder.parent) == [1]  # it is no revision


def test_how_many_people_a_group_has() -> None:
    volume = {("w", "department", "a"): 4, ("w", "department", "b"): 5}

    def hides(**row: Any) -> bool:
        return few._is_few({"week": "w", "dimension": "department"} | row, volume)

    assert hides(group="a", n=100)
    assert not hides(group="b", n=5)
    assert hides(group="b", n=4)
    assert hides(group="b", n=100, authors=2)
    assert not hides(group="a", n=100, authors=5)  # the row knows better
    assert hides(group="a", n=0)  # other columns may count what n does not
    assert not hides(group="b", n=0)
    assert not hides(group="a", n=3, dimension="all")
    assert hides(group="unknown", n=4)


def test_steps_keep_nobody_in_airflow() -> None:
    told = {
        "receipts": {"a@x.example": "sent", "b@x.example": "sent", "c@x.example": "refused"},
        "holders": ["a@x.example"],
    }
    assert steps.counted(told) == {"receipts": {"sent": 2, "refused": 1}, "holders": 1}
    watched = {"school": {"not_made a@x.example": "sent"}, "heartbeat": "given"}
    assert steps.counted(watched) == {"school": {"sent": 1}, "heartbeat": "given"}
