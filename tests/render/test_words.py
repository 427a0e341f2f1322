"""Numbers, dates, other people's words and our own sentences."""

from __future__ import annotations

import string
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tasks.errors import RenderError
from tasks.render import fonts
from tasks.render.formats import Formats
from tasks.render.sentences import Sentences
from tasks.render.summary import summary
from tasks.render.text import clean, quoted
from tests.render import sample

ZONE = ZoneInfo("Europe/Amsterdam")
NL, EN = Formats("nl", ZONE), Formats("en", ZONE)
S = "\u00a0"


def test_numbers() -> None:
    assert NL.number(12345.67, 1) == "12.345,7"
    assert EN.number(12345.67, 1) == "12,345.7"
    assert NL.pct(86.5) == "87%"
    assert NL.number(-3.14, 1) == "\u22123,1"
    assert (NL.signed(3), NL.signed(-7), NL.signed(-0.4)) == ("+3", "\u22127", "0")


def test_intervals_round_outwards_and_never_onto_the_target() -> None:
    assert NL.span(29.93, 70.07, "pct") == "29–71%"
    assert NL.span(70.2, 84.6, "pct", 85) == "70–84,6%"
    assert NL.span(-12, 4, "score") == f"\u221212{S}tot +4"


def test_durations() -> None:
    assert NL.duration(30) == f"<{S}1{S}min"
    assert NL.duration(4140) == f"1{S}u{S}09{S}min"
    assert NL.duration(7200) == f"2{S}u"
    assert EN.duration(4140) == f"1{S}h{S}09{S}min"
    assert NL.duration(200_000) == f"56{S}u"
    assert NL.duration(200_000, days=True) == f"2,3{S}dgn"


def test_dates() -> None:
    assert NL.days(date(2026, 11, 16), date(2026, 11, 22)) == f"16–22{S}november{S}2026"
    assert NL.days(date(2026, 10, 26), date(2026, 11, 1)) == f"26{S}oktober – 1{S}november{S}2026"
    assert EN.days(date(2026, 12, 28), date(2027, 1, 3)) == f"28{S}December{S}2026 – 3{S}January{S}2027"
    assert NL.moment(datetime.fromisoformat("2026-11-23T05:00:00+00:00")) == f"ma{S}23{S}nov{S}06:00"


def test_both_languages_have_the_same_sentences() -> None:
    dutch, english = Sentences("nl").keys(), Sentences("en").keys()
    assert dutch.keys() == english.keys()
    for key, text in dutch.items():
        assert _names(text) == _names(english[key]), key


def test_every_sentence_is_used() -> None:
    """A key that no module or template names, even by its beginning, is dead."""
    code = "".join(path.read_text() for path in (fonts.home.ROOT / "tasks/render").rglob("*.py"))
    code += "".join(path.read_text() for path in sorted(fonts.home.TEMPLATES.rglob("*.html.j2")))
    for key in sorted(Sentences("nl").keys()):
        section, name = key.split(".")[:2]
        assert (
            f"{section}.{name}" in code
            or f"{section}.{{" in code
            or (
                section in ("report", "department")
                and any(f"{{{one}}}.{name}" in code for one in ("voice.part", "part"))
            )
            or any(f"{section}.{name[:cut]}{{" in code for cut in range(1, len(name)))
        ), key


def test_a_missing_sentence_or_value_names_its_file() -> None:
    say = Sentences("nl")
    with pytest.raises(RenderError, match=r"report_templates/text/nl.toml: there is no sentence tile.nothing_such"):
        say("tile.nothing_such")
    with pytest.raises(RenderError, match=r"nl.toml: report.week asks for 'number'"):
        say("report.week")


def test_plurals() -> None:
    say = Sentences("nl")
    assert say("headline.overdue", count=1, n="1") == "1 bericht wacht te lang."
    assert say("headline.overdue", count=2, n="2") == "2 berichten wachten te lang."


def test_strange_signs_go_and_length_is_bounded() -> None:
    assert clean("te\u200bst \u202etxt\u202c \x00a\nb\u2060c", 50) == "test txt a bc"
    assert len(clean("woord " * 5000, 90)) <= 90
    assert clean("woord " * 50, 20).endswith("woord…")
    assert clean("Z" + "\u0337" * 50, 20) == "Z\u0337\u0337"


def test_other_scripts_are_named_and_fancy_letters_made_plain() -> None:
    assert quoted("dag متى يرد أحد dag", 80, "nl") == "dag [Arabisch schrift] dag"
    assert quoted("你好 😀", 80, "en").startswith("[Han script] ")
    assert quoted("𝓗𝓪𝓵𝓵𝓸 tiếng", 80, "nl") == "Hallo tieng"


def test_personal_data_is_replaced() -> None:
    told = quoted("Bel 06-12345678 of mail jan@voorbeeld.example, zie https://x.example/a?b, groet @jan_d", 200, "nl")
    assert told == "Bel [nummer] of mail [e-mailadres], zie [link] groet [naam]"


def test_markup_is_escaped() -> None:
    assert quoted('<b onload="x">&', 80, "nl") == "&lt;b onload=&#34;x&#34;&gt;&amp;"


def test_an_emoji_without_its_font_becomes_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert '<span class="em">🙃</span>' in quoted("hoi 🙃", 80, "nl")
    monkeypatch.setattr(fonts, "emoji_characters", frozenset)
    assert quoted("hoi 🙃", 80, "nl") == "hoi [upside-down face]"


def test_claims_follow_the_verdicts() -> None:
    better = summary(sample.normal(on_time=115, before=360, sla_attainment="better"), sample.institution(), "nl")
    assert better.headline.startswith("96% kreeg op tijd antwoord: de norm is gehaald.")
    assert "Dat is beter dan in week 43–46 (75%)." in better.paragraphs[0]
    (tile,) = [tile for tile in better.tiles if tile.metric == "sla_attainment"]
    assert (tile.arrow, tile.tone, tile.verdict) == ("▲", "good", "met")
    same = summary(sample.normal(on_time=96, before=380), sample.institution(), "nl")
    assert "of de norm is gehaald, is niet zeker" in same.headline
    assert (
        "Bij geen van de percentages, tijden en scores is een betrouwbare verandering te zien tegenover week 43–46."
        in same.paragraphs[-1]
    )
    assert all((tile.arrow, tile.tone) == ("", "flat") for tile in same.tiles)


def test_a_claim_stands_in_tile_headline_and_summary_and_points_where_the_figure_went() -> None:
    document = sample.normal(net_sentiment="worse", first_response_time="better", loop_closure="too_few")
    told = summary(document, sample.institution(), "en")
    shown = {tile.metric: (tile.arrow, tile.tone, tile.change.split(";")[0]) for tile in told.tiles}
    assert shown["net_sentiment"] == ("▼", "bad", "worse")
    assert shown["first_response_time"] == ("▼", "good", "better")  # less waiting
    assert shown["loop_closure"] == ("", "flat", "too few to compare")
    assert told.headline.endswith("The tone is more negative than in the four weeks before.")
    assert not any("reliable change" in paragraph for paragraph in told.paragraphs)


def test_a_small_week_gets_numbers_and_no_percentages() -> None:
    quiet = summary(sample.quiet(), sample.institution(), "nl")
    assert quiet.headline.startswith("3 vermeldingen; te weinig om te beantwoorden voor een oordeel.")
    assert "%" not in " ".join((*quiet.paragraphs, *(tile.value for tile in quiet.tiles)))
    assert [tile.value for tile in quiet.tiles] == ["3", f"n{S}={S}2", f"n{S}={S}2", f"n{S}={S}4", f"n{S}={S}1"]


def test_a_clock_that_never_stops_uses_calendar_columns() -> None:
    document = sample.normal()
    metric = document["metrics"]["first_response_time"]
    metric["contract"] |= {"headline": "median_calendar_seconds", "low": "median_calendar_low_seconds"}
    for row in metric["rows"]:
        row |= {"median_calendar_low_seconds": 9000, "median_calendar_high_seconds": 14000}
    always = sample.institution(respond={"clock": "always", "target_hours": 0.5}, hours=[])
    told = summary(document, always, "en")
    (tile,) = [tile for tile in told.tiles if tile.metric == "first_response_time"]
    assert (tile.value, tile.extra) == (f"3{S}h{S}10{S}min", f"in opening time: 1{S}h{S}09{S}min")
    assert "within 30 minutes" in told.paragraphs[0]


def test_a_median_never_reached_says_longer_than() -> None:
    document = sample.normal()
    for row in document["metrics"]["first_response_time"]["rows"]:
        row |= {"median_open_seconds": None, "median_open_high_seconds": None}
    told = summary(document, sample.institution(), "nl")
    (tile,) = [tile for tile in told.tiles if tile.metric == "first_response_time"]
    assert tile.value == f">{S}21{S}u".replace(f">{S}", "> ")
    assert "nog geen antwoord" in told.paragraphs[1]


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_what_nobody_owns_is_never_blamed() -> None:
    document = sample.normal()
    for metric in document["metrics"].values():
        for row in metric["rows"]:
            if row["group"] == "student_affairs":
                row["group"] = "none"
    told = summary(document, sample.institution(), "nl")
    assert "Niet toegewezen" not in " ".join((told.headline, *told.attention))


def test_a_holiday_is_named_since_it_is_no_slow_day() -> None:
    closed = {"closed": ["2026-11-19", "2026-11-20"]}
    dutch = summary(sample.normal() | closed, sample.institution(), "nl").paragraphs[0].replace("\xa0", " ")
    assert "Gesloten op donderdag 19 november en vrijdag 20 november: die uren tellen niet als" in dutch
    quiet = sample.normal() | {"closed": ["2026-11-20"]}
    quiet["metrics"]["mention_volume"]["rows"] = []
    (english,) = summary(quiet, sample.institution(), "en").paragraphs
    assert "Closed on Friday 20 November: those hours do not count" in english.replace("\xa0", " ")
