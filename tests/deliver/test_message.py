"""The mail itself: its tree, its headers, its bytes, and that no text can break out of it."""

from __future__ import annotations

import dataclasses
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import html
from pydantic import ValidationError

from tasks import home
from tasks.brand.table import Brand
from tasks.deliver import edition as editions
from tasks.deliver import message
from tasks.deliver.body import one_line, words
from tasks.deliver.message import LIMIT_BYTES, Letter, Previous, build, sender
from tasks.errors import ConfigError, DeliveryError
from tasks.render.editor import Decision, Editor
from tasks.render.summary import Summary, summary
from tests.deliver import world

HOSTILE = (
    'Hi\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script> {{ 7*7 }} {name} \u202e\u2028"--=_0\x00' + "x" * 5000
)


def letter(folder: Path, language: str = "nl", **changes: object) -> Letter:
    people = {"nl": "bestuur@overbrugge.example", "en": "board@overbrugge.example"}
    institution = world.institution(((people[language], language),))
    place = folder / "r1" if (folder / "r1").exists() else world.edition(folder)
    edition = editions.read(place, institution)
    told = summary(edition.document, institution, language)
    return dataclasses.replace(Letter(institution, edition, institution.deliver.recipients[0], 1, told), **changes)


def received(one: Letter) -> EmailMessage:
    """The mail as the other side parses it, without what only our object knows."""
    found = message_from_bytes(build(one).as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert [part.defects for part in found.walk()] == [[]] * len(list(found.walk()))
    return found


def text(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_tree_and_the_attachment(tmp_path: Path, language: str) -> None:
    mail = received(letter(tmp_path, language))
    kinds = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    assert [part.get_content_type() for part in mail.walk()] == kinds
    (pdf,) = mail.iter_attachments()
    name = {"nl": "weekrapport-overbrugge-2026-W47-r1.nl.pdf", "en": "weekly-report-overbrugge-2026-W47-r1.en.pdf"}
    assert pdf.get_filename() == name[language]
    assert pdf.get_content() == world.PDF + b"% " + language.encode()


def test_the_headers(tmp_path: Path) -> None:
    mail = received(letter(tmp_path))
    headers = dict(mail.items())
    message_id = headers.pop("Message-ID")
    assert message_id == letter(tmp_path).message_id
    assert headers == {
        "MIME-Version": "1.0",
        "Content-Type": headers["Content-Type"],
        "From": "Weekrapport Overbrugge <weekrapport@overbrugge.example>",
        "To": "bestuur@overbrugge.example",
        "Subject": headers["Subject"],
        "Date": "Mon, 23 Nov 2026 06:00:00 +0100",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": "<overbrugge.weerklank.overbrugge.example>",
        "List-Unsubscribe": "<mailto:weekrapport@overbrugge.example?subject=afmelden>",
        "Content-Language": "nl",
    }
    finding = letter(tmp_path).summary.headline.split(". ")[0].replace("\u00a0", " ")
    assert headers["Subject"].replace("\u00a0", " ") == f"Weekrapport week 47: {finding}"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_both_bodies_say_all_of_the_summary(tmp_path: Path, language: str) -> None:
    one = letter(tmp_path, language)
    mail = received(one)
    told = one.summary
    tiles = [
        value for tile in told.tiles for value in (tile.label, tile.value, tile.interval, tile.target, tile.change)
    ]
    sentences = [told.headline, told.period, *told.paragraphs, *told.warnings, *told.attention, *tiles]
    assert told.warnings
    for body in (text(mail), html.fromstring(text(mail, "html")).text_content()):
        flat = " ".join(body.split())
        assert [one for one in sentences if " ".join(one.split()) not in flat] == []
        assert "cf78cc2fd68c" in flat


def test_the_same_mail_is_the_same_bytes_and_another_one_has_another_id(tmp_path: Path) -> None:
    one = letter(tmp_path)
    assert build(one).as_bytes() == build(letter(tmp_path)).as_bytes()
    other_week = dataclasses.replace(one.edition, week="2026-W46")
    other_revision = dataclasses.replace(one.edition, revision=2)
    someone = one.recipient.model_copy(update={"email": "x@overbrugge.example"})
    shouted = one.recipient.model_copy(update={"email": one.recipient.email.upper()})
    others = [
        dataclasses.replace(one, edition=other_week),
        dataclasses.replace(one, edition=other_revision),
        dataclasses.replace(one, recipient=someone),
        dataclasses.replace(one, send_number=2),
        dataclasses.replace(one, institution=one.institution.model_copy(update={"slug": "elders"})),
    ]
    assert len({mail.message_id for mail in [one, *others]}) == 6
    assert dataclasses.replace(one, recipient=shouted).message_id == one.message_id


def test_every_line_is_short_ascii_and_ends_in_crlf(tmp_path: Path) -> None:
    data = build(letter(tmp_path, summary=_hostile(letter(tmp_path).summary))).as_bytes()
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert data.isascii()
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def _hostile(told: Summary) -> Summary:
    tile = dataclasses.replace(told.tiles[0], label=HOSTILE, value=HOSTILE, change=HOSTILE, target=HOSTILE)
    many = (HOSTILE,) * 50
    return dataclasses.replace(
        told, headline=HOSTILE, period=HOSTILE, paragraphs=many, warnings=many, attention=many, tiles=(tile,) * 50
    )


def test_no_text_breaks_out_of_header_or_markup(tmp_path: Path) -> None:
    clean = letter(tmp_path)
    about = clean.institution.institution.model_copy(update={"name": HOSTILE[:110]})
    institution = clean.institution.model_copy(update={"institution": about})
    mail = received(dataclasses.replace(clean, summary=_hostile(clean.summary), institution=institution))
    assert mail.keys() == received(clean).keys()
    assert len(list(mail.walk())) == 5
    assert len(mail["Subject"]) <= 120
    page = html.fromstring(text(mail, "html"))
    assert page.xpath("//script | //@onload | //img | //link | //a") == []
    assert "<script>alert(1)</script> {{ 7*7 }} {name}" in page.text_content()
    assert "\u202e" not in text(mail) + text(mail, "html") + mail["Subject"]
    assert len(build(dataclasses.replace(clean, summary=_hostile(clean.summary))).as_bytes()) < 400_000


def test_style_sits_on_the_elements_and_only_the_dark_mode_stays_a_sheet(tmp_path: Path) -> None:
    page = html.fromstring(text(received(letter(tmp_path)), "html"))
    (sheet,) = page.xpath("//style/text()")
    assert "prefers-color-scheme: dark" in sheet
    assert "max-width: 600px" in page.xpath("//div[@class='page']/@style")[0]
    assert page.get("lang") == "nl"
    assert page.xpath("//@src | //@href | //@background") == []


def test_a_correction_answers_the_mail_it_corrects_and_says_so(tmp_path: Path) -> None:
    one = letter(tmp_path, previous=Previous("<before@overbrugge.example>", 1))
    assert "nog een keer verstuurd" in text(received(one))
    second = dataclasses.replace(one, edition=dataclasses.replace(one.edition, revision=2))
    mail = received(second)
    assert mail["In-Reply-To"] == mail["References"] == "<before@overbrugge.example>"
    assert mail["Subject"].startswith("Gecorrigeerd weekrapport week 47: ")
    assert "r2 vervangt r1" in text(mail)
    assert "r2 vervangt r1" in text(mail, "html")


def test_a_report_too_big_to_attach_leaves_a_sentence_about_its_place(tmp_path: Path, state: Path) -> None:
    folder = home.reports("overbrugge") / world.WEEK
    size = int(LIMIT_BYTES / 78 * 57)
    world.edition(folder, pdf=b"%PDF-1.7\n" + b"0" * size)
    mail = received(letter(folder, "en"))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert "reports/overbrugge/2026-W47/r1/report.en.pdf" in text(mail)
    assert str(state) not in text(mail) + text(mail, "html")


@pytest.mark.parametrize(("language", "named"), [("nl", "Examenbureau"), ("en", "Exams Office")])
def test_who_heads_a_department_gets_its_page_as_well(tmp_path: Path, language: str, named: str) -> None:
    one = letter(tmp_path, language)
    own = one.recipient.model_copy(update={"department": "exams"})
    mail = received(dataclasses.replace(one, recipient=own))
    report, page = mail.iter_attachments()
    assert report.get_content() == world.PDF + b"% " + language.encode()
    assert page.get_content() == world.PDF + b"% exams " + language.encode()
    assert str(page.get_filename()).endswith(f"-overbrugge-exams-2026-W47-r1.{language}.pdf")
    assert named in " ".join(text(mail).split())
    (one.edition.folder / f"department-exams.{language}.pdf").write_bytes(b"another")
    with pytest.raises(DeliveryError, match="was changed after it was made"):
        build(dataclasses.replace(one, recipient=own))


def test_the_limit_is_counted_after_base64() -> None:
    for count in (0, 1, 56, 57, 58, 100_000):
        part = EmailMessage(policy=policy.SMTP)
        part.set_content(b"x" * count, maintype="application", subtype="pdf")
        assert message._base64_size(count) == len(part.as_bytes().partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    "wrong",
    [
        "Nobody",
        "<>",
        "a@b@c.example",
        "x@localhost",
        "Jo <jo@x.example>, Al <al@x.example>",
        "jé@x.example",
        "<a b@x.example>",
    ],
)
def test_a_sender_that_is_no_address_is_a_config_error(wrong: str) -> None:
    with pytest.raises(ConfigError, match=r"overbrugge\.toml: \[deliver\] sender"):
        sender(world.institution(sender=wrong))


def test_an_edition_that_was_touched_is_not_mailed(tmp_path: Path) -> None:
    institution, place = world.institution(), world.edition(tmp_path)
    (place / "report.nl.pdf").write_bytes(world.PDF)
    with pytest.raises(DeliveryError, match=r"report\.nl\.pdf was changed"):
        editions.read(place, institution).check(institution.deliver.recipients)
    (place / "metrics.json").write_text("{}")
    with pytest.raises(DeliveryError, match=r"metrics\.json was changed"):
        editions.read(place, institution)
    (place / "manifest.json").write_text("{}")
    with pytest.raises(DeliveryError, match="not an edition's manifest"):
        editions.read(place, institution)
    with pytest.raises(DeliveryError, match="cannot be read"):
        editions.read(tmp_path / "r9", institution)


def test_an_edition_of_another_institution_is_not_mailed(tmp_path: Path) -> None:
    other = world.institution().model_copy(update={"slug": "elders"})
    with pytest.raises(DeliveryError, match="an edition of overbrugge, not of elders"):
        editions.read(world.edition(tmp_path), other)


def test_both_languages_say_the_same_things() -> None:
    assert words("nl").texts.keys() == words("en").texts.keys()


def test_one_line_keeps_no_break_spaces_and_cuts_at_a_word() -> None:
    assert one_line("1\u00a0u\r\n\u2028\u200b \x1b09", 20) == "1\u00a0u 09"
    assert one_line("een twee drie", 9) == "een twee…"
    assert one_line("x" * 50, 9) == "x" * 8 + "…"


@pytest.mark.parametrize(
    "wrong", ["jé@x.example", "a..b@x.example", ".a@x.example", "a@x..example", "a b@x.example", 'a"@x', "a@x\n"]
)
def test_a_recipient_that_no_header_could_carry_never_gets_past_the_settings(wrong: str) -> None:
    with pytest.raises(ValidationError, match="String should match pattern"):
        world.institution(((wrong, "nl"),))


@pytest.mark.parametrize("address", ["o'neil+board@sub.x.example", "A_b-c.d@x-y.example", "a@localhost"])
def test_unusual_recipients_reach_the_header_as_they_are(tmp_path: Path, address: str) -> None:
    one = letter(tmp_path)
    mail = received(dataclasses.replace(one, recipient=one.recipient.model_copy(update={"email": address})))
    assert mail["To"] == address


def test_a_first_week_compares_with_nothing(tmp_path: Path) -> None:
    one = letter(tmp_path)
    assert "gaat over week 43–46." in text(received(one))
    alone = dataclasses.replace(one.edition, document={**one.edition.document, "base": None})
    assert "gaat over" not in text(received(dataclasses.replace(one, edition=alone)))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_letter_of_their_own_stands_between_headline_and_summary(tmp_path: Path, language: str) -> None:
    words = {
        "nl": "Beste <leden>,\n\nTwee regels\nin een alinea.",
        "en": "Dear <members>,\n\nTwo lines\nin a paragraph.",
    }
    one = letter(tmp_path, language)
    brand = Brand.model_validate({"letter": words, "accent": "#4B2A6B"})
    mail = received(dataclasses.replace(one, institution=one.institution.model_copy(update={"brand": brand})))
    first, second = words[language].replace("\n\n", "|").replace("\n", " ").split("|")
    plain = text(mail)
    told = [plain.index(part) for part in (one.summary.headline[:40], first, second, one.summary.paragraphs[0][:40])]
    assert told == sorted(told)
    page = html.document_fromstring(text(mail, "html"))
    assert page.xpath("//p[@class='letter']/text()") == [first, second]
    assert "#4b2a6b" in text(mail, "html") and "#0b4f6c" not in text(mail, "html")


def test_what_the_editor_asks_stands_under_the_headline_in_both_bodies(tmp_path: Path) -> None:
    one = letter(tmp_path)
    asked = Decision("Bemens de telefoon <b>.", "Kost vier uur. Studentzaken, uiterlijk di 1 dec.")
    before = Decision("Meld het vooraf.", "Nog niets vastgelegd.")
    said = Editor("Van de redactie:", "Rustige week.", "De redactie vraagt", (asked,), "Gevraagd in week 46", (before,))
    mail = received(dataclasses.replace(one, summary=dataclasses.replace(one.summary, editor=said)))
    plain, page = " ".join(text(mail, "plain").split()), html.fromstring(text(mail, "html"))
    assert "De redactie vraagt 1. Bemens de telefoon <b>. Kost vier uur." in plain
    assert "Gevraagd in week 46 1. Meld het vooraf. → Nog niets vastgelegd." in plain
    assert "Van de redactie: Rustige week." in plain
    assert page.xpath("//ol/li/text()")[0].startswith("Bemens de telefoon <b>. Kost")
    assert plain.index("De redactie vraagt") < plain.index(one.summary.paragraphs[0][:20])
