"""The catalogue: every metric and table has a page, links lead somewhere, lineage is what the SQL says."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import sync_playwright

from tasks import home, period, settings
from tasks.catalogue import lineage
from tasks.cli import main
from tasks.extract import files
from tasks.measure import contract
from tasks.period import Week
from tasks.workbench import cases, prompt
from tests import world
from tests.test_sql import CLOCK


class Links(HTMLParser):
    """What a page points at, what may be pointed at in it, and what must not be there."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()
        self.forbidden: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.hrefs += [given["href"] or ""] if "href" in given else []
        self.ids |= {given["id"] or ""} if "id" in given else set()
        if tag in ("script", "iframe", "link", "img", "object") or any(name.startswith("on") for name in given):
            self.forbidden.append(tag)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two messages in 2026-W37, and a copy of the metrics to break."""
    return settled(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue of that school, as it is."""
    folder = tmp_path_factory.mktemp("catalogue")
    with pytest.MonkeyPatch.context() as patch:
        slug = settled(folder, patch)
        assert main(["docs", slug, "--to", str(folder / "site")]) == 0
    return folder / "site"


def settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    slug = world.settle(monkeypatch, tmp_path, world.INSTITUTION.replace('name      = "Test School"', CLOCK))
    rows = [world.item("p", "2026-09-08T10:00"), world.item("q", "2026-09-09T10:00")]
    files.receive(settings.load(slug), world.jsonl(tmp_path / "in.jsonl", *rows), fetched_at=period.now())
    shutil.copytree(home.SQL, tmp_path / "sql")
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    return slug


def test_every_metric_has_a_page_and_every_link_leads_somewhere(site: Path) -> None:
    pages = {path: Links(path) for path in site.rglob("*.html")}
    assert {path.stem for path in (site / "metrics").iterdir()} == set(contract.names())
    assert len(pages) > len(contract.names()) + 20
    for path, page in pages.items():
        assert page.forbidden == []
        for href in page.hrefs:
            assert not re.match(r"[a-z]+:|/", href)
            name, _, fragment = href.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target in pages, f"{path.name} → {href}"
            assert not fragment or fragment in pages[target].ids, f"{path.name} → {href}"


def test_again_gives_the_same_bytes_and_removes_what_is_gone(school: str, site: Path, tmp_path: Path) -> None:
    there = tmp_path / "site"
    (there / "metrics").mkdir(parents=True)
    (there / "metrics" / "gone.html").write_text("old", encoding="utf-8")
    assert main(["docs", school, "--to", str(there)]) == 0
    again = {path.relative_to(there): path.read_bytes() for path in there.rglob("*.html")}
    assert again == {path.relative_to(site): path.read_bytes() for path in site.rglob("*.html")}


def test_a_metric_says_what_it_is(site: Path) -> None:
    page = (site / "metrics" / "mention_volume.html").read_text(encoding="utf-8")
    metric = contract.load("mention_volume")
    for text in (
        metric.contract.question.nl,
        metric.contract.owner,
        metric.fingerprint,
        "tables/core.heard.html#author",
    ):
        assert text in page
    row = re.search(r">2026-W37</th>(.*?)</tr>", page)
    assert row
    assert re.findall(r"<td[^>]*>(.*?)</td>", row[1])[:2] == ["2", "2"]
    assert "a quiet week" in page


def test_a_broken_metric_has_its_fault_on_its_page_and_the_rest_is_there(
    school: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home.SQL / "metrics"
    (folder / "backlog.sql").write_text("<script>alert(1)</script>", encoding="utf-8")
    path = folder / "coverage.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("SELECT", "SELECT wek,"), encoding="utf-8")
    path = folder / "eligibility.sql"
    text = path.read_text(encoding="utf-8")
    title = contract.load("eligibility").contract.title.en
    path.write_text(text.replace(title, "<script>alert(2)</script>"), encoding="utf-8")
    there = tmp_path / "site"
    assert main(["docs", school, "--to", str(there)]) == 0
    assert "Broken, and told so: backlog, coverage." in capsys.readouterr().err
    assert "must begin with" in (there / "metrics" / "backlog.html").read_text(encoding="utf-8")
    assert "there is no column wek here" in (there / "metrics" / "coverage.html").read_text(encoding="utf-8")
    for page in there.rglob("*.html"):
        assert "<script" not in page.read_text(encoding="utf-8")
    assert Links(there / "metrics" / "sla_attainment.html").hrefs


def test_lineage_is_what_the_sql_says() -> None:
    desk = cases.desk()
    week = Week.parse("2026-W37", desk.zone)
    with prompt.opened(desk, week, week) as db:
        found = lineage.origins(db)
    sla = contract.load("sla_attainment").sql
    assert found.of_query(sla, "on_time_pct") == {("core.asked", "due"), ("core.asked", "kept")}
    staged, given = found.staged(sla, "on_time_pct")
    assert ("staging.week_turn", "answered_at") in staged
    assert ("core.promise", "target_seconds") in given
    assert found.of_query("SELECT nonsense FROM core.asked", "nonsense") is None
    assert found.of_query("SELECT a.author AS x, 1 AS y FROM core.asked AS a", "x") == {("core.asked", "author")}
    assert found.of_query("SELECT a.author AS x, 1 AS y FROM core.asked AS a", "y") is None
    unread = [
        (name, column)
        for name in contract.names()
        for column in ("n", contract.load(name).contract.show.headline)
        if found.of_query(contract.load(name).sql, column) is None
    ]
    assert unread == []


def test_in_a_browser_nothing_sticks_out(site: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=True).new_page()
        for name in ("index", "metrics/first_response_time", "metrics/answer_curve", "tables/core.asked"):
            for width in (320, 390, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto((site / f"{name}.html").as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") == width, (name, width)
        browser.close()
