"""The HTML edition in a real browser: nothing fetched, nothing runs, nothing sticks out on a phone, all can be read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tasks.render.dress import policy
from tasks.render.screen import render_html
from tests.render import sample
from tests.render.conftest import DEPARTMENTS, STAMP, WEEKS, institution_of

Open = Callable[[str, str], Page]
every = pytest.mark.parametrize(
    ("week", "language"),
    [
        *(("normal", "nl"), ("normal", "en"), ("quiet", "nl"), ("empty", "en"), ("hostile", "nl")),
        *(("crisis", "nl"), ("branded", "en"), ("department", "nl"), ("department_crisis", "en")),
        *(("branded_quiet", "en"), ("branded_hostile", "nl"), ("branded_crisis", "en"), ("branded_empty", "nl")),
    ],
)
#: Of every text that is shown: its words, its colour, and the colour behind it.
COLOURS = """() => {
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!colour.endsWith(', 0)')) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, style = getComputedStyle(element);
    if (!walker.currentNode.data.trim() || element.tagName === 'title') continue;
    const drawn = element.closest('svg') !== null;
    found.push([walker.currentNode.data.trim(), drawn ? style.fill : style.color, behind(element)]);
  }
  return found;
}"""

TITLES = "[...document.querySelectorAll('svg')].map(e => e.querySelector(':scope > title')?.textContent ?? '')"
OUTSIDE = """[...document.querySelectorAll('h1, h2, p, li, svg')]
  .filter(e => !e.closest('.scroll') && !e.matches('.drawing > .large') && e.getBoundingClientRect().right > innerWidth)
  .map(e => e.outerHTML.slice(0, 200))"""


@cache
def edition(week: str, language: str) -> bytes:
    about = DEPARTMENTS[week][1] if week in DEPARTMENTS else None
    return render_html(WEEKS[week](), institution_of(week), language, stamp=STAMP, department=about)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """``opened(week, language)``: the page, which must stay silent and ask for nothing but itself."""
    folder = tmp_path_factory.mktemp("screen")

    @cache
    def show(week: str, language: str) -> Page:
        path = folder / f"{week}.{language}.html"
        path.write_bytes(edition(week, language))
        page = browser.new_page(viewport={"width": 1280, "height": 780})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: said.append(request.url))
        page.goto(path.as_uri())
        page.evaluate("document.fonts.ready")
        assert said == [path.as_uri()]
        return page

    return show


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@every
def test_whole_in_one_file_without_scripts(week: str, language: str) -> None:
    page = edition(week, language).decode()
    assert len(page) < 400_000
    tags = "".join(re.findall(r"<[a-zA-Z/][^>]*>", page))
    assert not re.search(r"<(script|iframe|object|embed|link|base|form|a)\b|\s(on\w+|style|href|action)=", tags)
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(style) == 1
    assert policy(style[0]).replace("'", "&#39;") in page
    addresses = set(re.findall(r"url\(\"?([a-z]+:[a-z0-9/]+)", style[0]))
    assert addresses == {"data:font/woff2"}
    assert f'<html lang="{language}">' in page


@every
def test_nothing_sticks_out(opened: Open, week: str, language: str) -> None:
    page = opened(week, language)
    for width in (320, 360, 600, 900, 1280):
        page.set_viewport_size({"width": width, "height": 780})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(OUTSIDE) == []


@every
def test_every_text_can_be_read(opened: Open, week: str, language: str) -> None:
    page = opened(week, language)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        texts = page.evaluate(COLOURS)
        assert len(texts) > 30
        assert {luminance(behind) > 0.5 for _, _, behind in texts} == {scheme == "light"}
        assert [text for text in texts if contrast(text[1], text[2]) < 4.5] == []


@every
def test_for_who_cannot_see_it(opened: Open, week: str, language: str) -> None:
    page = opened(week, language)
    count = "(selector) => document.querySelectorAll(selector).length"
    assert page.evaluate(count, "h1") == 1
    assert all(len(title) > 20 for title in page.evaluate(TITLES))
    assert page.evaluate(count, "svg:not([role=img])") == 0
    assert page.evaluate(count, f"blockquote:not([lang]), blockquote[lang={language}]") == 0
    assert page.evaluate(count, "table") == page.evaluate(count, ".scroll[tabindex='0'] > table")
    assert page.evaluate(count, "th:not([scope])") == 0


def test_quotes_name_their_language_and_our_fonts_are_used(opened: Open) -> None:
    page = opened("normal", "nl")
    assert page.evaluate("[...document.querySelectorAll('blockquote')].map(e => e.lang)") == ["en", "en"]
    faces = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert len(faces) == 5


def test_both_media_tell_the_same() -> None:
    """What stands on paper stands on the screen: the same blocks, whatever is added to them."""
    from tasks.render.board import BOARD
    from tasks.render.facts import Facts
    from tasks.render.page import Limits, html
    from tasks.render.voice import Voice

    institution = sample.institution()
    voice = Voice(Facts(sample.normal(), institution), institution, "nl")
    paper = html(BOARD, voice, STAMP, Limits(BOARD.rows[0], BOARD.largest_chart))
    screen = edition("normal", "nl").decode()
    tags = re.compile(r"<(?:style|head)>.*?</(?:style|head)>|<[^>]+>", re.DOTALL)
    told = [tags.sub(" ", page).split() for page in (paper, screen)]
    assert told[1][: len(told[0])] == told[0]
    assert " ".join(told[1][len(told[0]) :]).startswith("Intern · 2026-W47 · r1 · 0123456789ab")


def test_same_bytes_in_another_process_and_time_zone() -> None:
    program = (
        "import sys\nfrom tests.render.test_screen import edition\nsys.stdout.buffer.write(edition('normal', 'nl'))\n"
    )
    env = {**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], env=env, cwd="/", capture_output=True, check=True)
    assert done.stdout == edition("normal", "nl")
