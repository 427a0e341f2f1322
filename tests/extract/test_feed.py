"""Feeds: what is refused before it is read, and what comes of the rest."""

from __future__ import annotations

import shutil
import textwrap

import pytest

from tasks import home
from tasks.extract import landing
from tasks.extract.envelope import Envelope
from tasks.extract.fields import BadLine
from tasks.extract.sources import feed
from tests.extract import server
from tests.extract.world import SLUG, School

ENTRY = """<entry><id>{id}</id><title type="html">{title}</title><link href="{link}"/>
<published>{at}</published><updated>{at}</updated><author><name>Jan Journalist</name></author>
<content type="html">{text}</content></entry>"""


def atom(*entries: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode()


def entry(
    number: int = 1, title: str = "Nieuws", at: str = "2026-09-08T10:00:00Z", text: str = "Tekst", link: str = ""
) -> str:
    return ENTRY.format(
        id=f"urn:{number}", title=title, at=at, text=text, link=link or f"https://krant.example/{number}"
    )


def parsed(body: bytes, url: str = "https://krant.example/feed", kind: str = "application/atom+xml") -> list[feed.Item]:
    return list(feed.parse(Envelope("feed:1", url, 200, body, {"type": kind})))


BOMB = '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE, "<!DOCTYPE feed>", "<!-- x --><!doctype feed>", '<!ENTITY a "b">'])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp037"])
def test_12_a_document_type_is_refused_before_it_is_parsed(
    head: str, charset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_feed", lambda data: pytest.fail("parsed"))
    text = atom(entry(title="&b;"), head=head).decode().replace('encoding="utf-8"', f'encoding="{charset}"')
    found = parsed(text.encode(charset), kind=f"application/xml; charset={charset}")
    assert [str(one) for one in found] == [
        "the feed declares a document type or an entity, which is refused before it is read"
    ]


def test_12_the_document_type_of_an_old_netscape_feed_declares_nothing() -> None:
    old = textwrap.dedent("""\
        <?xml version="1.0"?>
        <!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/x.dtd">
        <rss version="0.91"><channel><title>x</title><item><title>Oud</title><link>https://k.example/1</link>
        <pubDate>Tue, 08 Sep 2026 10:00:00 GMT</pubDate></item></channel></rss>""").encode()
    [item] = parsed(old)
    assert isinstance(item, dict)
    assert item["title"] == "Oud"


def test_12_words_about_a_document_type_are_words() -> None:
    [item] = parsed(atom(entry(text="&lt;!DOCTYPE html&gt; &lt;!ENTITY&gt; uitgelegd")))
    assert isinstance(item, dict)


@pytest.mark.parametrize("body", [b"/etc/passwd", b"https://127.0.0.1/", b"", b"file:///etc/passwd", b"\0" * 100])
def test_12_the_name_of_a_file_or_an_address_is_no_feed(body: bytes) -> None:
    assert [str(one) for one in parsed(body)] == ["this is no RSS or Atom feed"]


def test_18_bold_letters_emoji_and_scripts() -> None:
    title = "&lt;b&gt;School&lt;/b&gt; wint 🏆 &lt;script&gt;alert(1)&lt;/script&gt;"
    [item] = parsed(atom(entry(title=title, text="&lt;p&gt;Eén&lt;/p&gt;&lt;p&gt;twee &amp;amp; drie&lt;/p&gt;")))
    assert isinstance(item, dict)
    assert item["title"] == "School wint 🏆"
    assert item["text"] == "Eén\n\ntwee & drie"
    assert "Journalist" not in str(item)
    assert item["author"] == "krant.example"


def test_an_entry_without_a_time_is_set_aside_and_the_others_stay() -> None:
    found = parsed(atom(entry(1), entry(2, at="gisteren"), entry(3)))
    assert [isinstance(one, BadLine) for one in found] == [False, True, False]


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        (
            "https://www.google.com/url?rct=j&sa=t&url=https://krant.example/a%3Fb%3D1&ct=ga",
            "https://krant.example/a?b=1",
        ),
        ("https://www.google.com/url?q=https://krant.example/a", "https://krant.example/a"),
        ("https://www.google.com/url?url=javascript:alert(1)", ""),
        (
            "https://krant.example/url?url=https://other.example/",
            "https://krant.example/url?url=https://other.example/",
        ),
        ("javascript:alert(1)", ""),
    ],
)
def test_links_of_google_are_unwrapped(link: str, leads_to: str) -> None:
    assert feed.unwrapped(link) == leads_to


def test_a_feed_is_asked_whether_it_changed(school: School) -> None:
    school.faults.script(
        "/feed",
        server.answer(atom(entry(1)), etag='"1"', content_type="application/atom+xml"),
        server.answer(b"", 304),
        server.answer(
            atom(entry(1), entry(2, at="2026-09-09T10:00:00Z")), etag='"2"', content_type="application/atom+xml"
        ),
    )
    for at in ("2026-09-08T12:00", "2026-09-09T09:00", "2026-09-09T12:00"):
        assert school.collect("news", at).status == "complete"
    assert [headers.get("if-none-match") for _, headers, _ in school.faults.seen] == [None, '"1"', '"1"']
    assert [one["title"] for one in school.stage()] == ["Nieuws", "Nieuws"]
    assert school.windows("news") == [
        ("2026-09-01T12:00", "2026-09-08T12:00", "complete"),
        ("2026-09-08T12:00", "2026-09-09T09:00", "complete"),
        ("2026-09-09T09:00", "2026-09-09T12:00", "complete"),
    ]


def test_one_feed_that_fails_keeps_nothing_from_the_others(school: School) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    port = school.faults.port
    feeds = f'urls = ["https://news.example:{port}/down", "https://news.example:{port}/feed"]'
    config.write_text(config.read_text().replace(f'urls = ["https://news.example:{port}/feed"]', feeds))
    school.faults.script("/down", server.status(500))
    school.faults.script("/feed", server.answer(atom(entry(1)), content_type="application/atom+xml"))
    found = school.collect("news", "2026-09-08T12:00")
    assert (found.status, found.items) == ("partial", 1)
    assert "/down" in found.reason


def test_12_a_refused_feed_is_in_the_quarantine(school: School) -> None:
    school.faults.script("/feed", server.answer(atom(entry(1), head=BOMB), content_type="application/atom+xml"))
    found = school.collect("news", "2026-09-10T12:00")
    assert (found.items, found.refused) == (0, 1)
    assert landing.pages(SLUG)[0].lines == 1
    shutil.rmtree(home.lake(), ignore_errors=True)
    assert school.stage() == []
    [row] = school.quarantine("2026-W36")  # the week from which on it was asked
    assert (row["reason"][:17], row["source"]) == ("the feed declares", "news")
