# ruff: noqa: E501 the messages stand whole
"""A house style: what is refused, with file and line; what gets through; and what it looks like in the file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image

from tasks import home, settings
from tasks.brand import colour, png, svg
from tasks.brand.files import Unfit
from tasks.brand.read import style
from tasks.errors import ConfigError
from tasks.render import fingerprint
from tasks.render.dress import Dress
from tasks.render.palette import DARK, HOUSE
from tasks.render.pdf import render_pdf
from tasks.render.screen import render_html
from tasks.render.stamp import Stamp
from tests.render import sample
from tests.world import INSTITUTION, settle

Settle = Callable[..., settings.Institution]
STAMP = Stamp(1, "0123456789ab")
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'


@pytest.fixture
def branded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settle:
    """``branded('accent = "#4B2A6B"', {"brand/x.svg": b"…"})``: an institution with that ``[brand]``."""

    def make(table: str, files: dict[str, bytes] | None = None) -> settings.Institution:
        settle(monkeypatch, tmp_path, f"{INSTITUTION}\n[brand]\n{table}\n", "school")
        for name, data in (files or {}).items():
            (home.CONFIG / name).parent.mkdir(exist_ok=True)
            (home.CONFIG / name).write_bytes(data)
        return settings.load("school")

    return make


def font(weight: str = "wght", rights: int = 0, family: str = "Larkmoor Sans", drop: str = "") -> bytes:
    """A font that an institution might own: one of ours under another name, with these rights, without those signs."""
    spec = find_spec("fontpkg_source_serif_4")
    assert spec and spec.origin
    out = io.BytesIO()
    with TTFont(Path(spec.origin).parent / "files" / "SourceSerif4[opsz,wght].ttf", recalcTimestamp=False) as opened:
        opened["OS/2"].fsType = rights
        for number in (1, 16):
            opened["name"].setName(family, number, 3, 1, 0x409)
        for table in opened["cmap"].tables:
            table.cmap = {point: name for point, name in table.cmap.items() if chr(point) not in drop}
        opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('accent = "#F2C94C"', "line 31: [brand] accent #F2C94C has a contrast of 1.6 on white, and text needs 4.5; the nearest of its hue that passes is #917300."),
        ('second = "#FFE0E0"', "[brand] second #FFE0E0 has a contrast of 1.2 on white, and lines need 3.0"),
        ('accent = "#C04A10"', "[brand] accent #C04A10 looks like #B04812, in which the report says that something was missed"),
        ('accent = "purple"', "[brand] accent “purple” is not a colour; write six hexadecimal digits like #0B4F6C."),
        ('logo = "../../etc/passwd.svg"', "[brand] logo “../../etc/passwd.svg” is not a file beside the institution file"),
        ('logo = "/etc/passwd.svg"', "is not a file beside the institution file"),
        ('logo = "brand/logo.gif"', "[brand] logo brand/logo.gif is neither .svg nor .png."),
        ('logos = "brand/logo.svg"', "[brand] logos is not a known key. Did you mean logo?"),
        ('letter = { nl = "Beste" }', "[brand] letter has no text for en, in which a report is made."),
        ('[brand.fonts]\nregular = "a.ttf"\nitalic = "a.ttf"\nbold = "../a.ttf"', "line 34: [brand] fonts bold “../a.ttf” is not a file"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused(branded: Settle, table: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        branded(table)
    assert message in str(error.value)


def test_a_colour_that_is_proposed_passes() -> None:
    for wrong in ("#F2C94C", "#FFFFFF", "#00FFAA", "#EC6608", "#9CC3E6"):
        right = colour.passing(wrong, colour.WHITE, colour.TEXT)
        assert 4.5 <= colour.contrast(right, colour.WHITE) < 4.7
        assert colour.passing(right, colour.WHITE, colour.TEXT) == right
    assert colour.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert colour.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)  # the grey everybody knows to pass
    assert colour.from_oklch(*colour.oklch("#0B4F6C")) == "#0B4F6C"


def test_the_house_passes_its_own_rules() -> None:
    for palette in (HOUSE, DARK):
        for role in ("ink", "soft", "muted", "accent", "good", "bad", "negative"):
            assert colour.contrast(getattr(palette, role), palette.paper) >= 4.5, role
        assert colour.contrast(palette.earlier, palette.paper) >= 3


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<foreignObject><p>x</p></foreignObject>", "<foreignObject>"),
        ('<image href="http://evil.example/x.png"/>', "<image>"),
        ('<image href="data:image/png;base64,AAAA"/>', "<image>"),
        ('<use href="#a"/>', "<use>"),
        ("<text>School</text>", "<text>"),
        ('<a href="http://evil.example"><path d="M0 0"/></a>', "<a>"),
        ('<animate attributeName="x"/>', "<animate>"),
        ('<filter id="f"/>', "<filter>"),
        ('<rect width="1" height="1" onclick="x()"/>', "onclick"),
        ('<rect fill="url(http://evil.example/#a)"/>', "not plain paint"),
        ('<rect style="fill:url(https://evil.example/x)"/>', "not plain paint"),
        ('<rect style="background:url(https://evil.example/x)"/>', "style that fetches"),
        ('<rect fill="expression(alert(1))&#34;"/>', "not plain paint"),
        ("<style>@import url(http://evil.example);</style>", "style sheet"),
        ("<style>path:hover{fill:red}</style>", "style sheet"),
        ('<linearGradient id="a" href="http://evil.example#b"/>', "refers to"),
        ('<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>', "borrow"),
        ("<g>" * 30 + "</g>" * 30, "nests"),
        ("<g/>" * 4000, "3000 elements"),
        ("<path", "no SVG"),
    ],
)
def test_a_drawing_that_can_do_more_than_show_is_refused(drawing: str, why: str) -> None:
    with pytest.raises(Unfit, match=re.escape(why)):
        svg.sanitized(DRAWN.format(drawing).encode())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + DRAWN.format("&b;").encode(), "entities"),
        (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + DRAWN.format("&x;").encode(), "entities"),
        (b"<html/>", "no SVG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', "viewBox"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 9"/>', "900 by 9"),
        (b" " * 300_000, "200 kB"),
    ],
)
def test_a_file_that_is_no_fit_drawing_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        svg.sanitized(data)


def test_what_editors_write_becomes_plain_paint() -> None:
    drawing = DRAWN.format(
        "<!-- made by hand --><metadata>x</metadata><title>y</title><style>.a,.b{fill:#123456;font-family:x}</style>"
        '<g xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:label="Layer" class="a">'
        '<path d="M0 0L9 9" style="stroke:#abcdef;-inkscape-font:x;stroke-width:2px"/><inkscape:grid/></g>'
    )
    root = etree.fromstring(svg.sanitized(drawing.encode()))
    assert [etree.QName(one).localname for one in root.iter()] == ["svg", "g", "path"]
    assert dict(root[0].attrib) == {"fill": "#123456"}
    assert dict(root[0][0].attrib) == {"d": "M0 0L9 9", "stroke": "#abcdef", "stroke-width": "2px"}


def test_only_the_pixels_of_a_picture_get_through() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "somebody")
    data = io.BytesIO()
    Image.new("RGB", (3000, 900), "#4B2A6B").save(data, "PNG", pnginfo=info)
    clean = png.redrawn(data.getvalue())
    with Image.open(io.BytesIO(clean)) as picture:
        assert (picture.size, picture.info) == ((1067, 320), {})
    assert clean == png.redrawn(data.getvalue())


@pytest.mark.parametrize("size, why", [((6000, 900), "6000 by 900"), ((900, 9), "900 by 9")])
def test_a_picture_without_measure_is_refused(size: tuple[int, int], why: str) -> None:
    data = io.BytesIO()
    Image.new("1", size).save(data, "PNG")
    with pytest.raises(Unfit, match=why):
        png.redrawn(data.getvalue())


def test_half_a_picture_is_refused() -> None:
    data = io.BytesIO()
    Image.new("RGB", (90, 90), "#123456").save(data, "PNG")
    for part in (data.getvalue()[:60], data.getvalue()[:-30], b"\x89PNG"):
        with pytest.raises(Unfit, match="no whole PNG"):
            png.redrawn(part)


def test_a_file_of_the_brand_is_named_with_its_line(branded: Settle) -> None:
    institution = branded('logo = "brand/logo.svg"')
    with pytest.raises(ConfigError, match=r"school\.toml, line 31: \[brand\] logo: .*brand/logo\.svg does not exist\."):
        style(institution)
    (home.CONFIG / "brand").mkdir()
    (home.CONFIG / "brand" / "logo.svg").symlink_to("/etc/hostname")
    with pytest.raises(ConfigError, match=r"logo: brand/logo\.svg leads out of"):
        style(institution)
    institution = branded('logo = "x.svg"', {"x.svg": DRAWN.format("<script/>").encode()})
    with pytest.raises(
        ConfigError, match=r"line 31: .*logo: the SVG holds <script>, which a logo may not have; export"
    ):
        style(institution)
    fonts = '[brand.fonts]\nregular = "f.ttf"\nitalic = "f.ttf"\nbold = "f.ttf"'
    institution = branded(fonts, {"f.ttf": b"no font"})
    with pytest.raises(ConfigError, match=r"line 32: \[brand\.fonts\] regular: this is no TTF or OTF font"):
        style(institution)


@pytest.mark.parametrize(
    ("rights", "why"), [(0x0002, "forbids embedding it"), (0x0100, "a part of it"), (0x0200, "a part of it")]
)
def test_a_font_that_may_not_be_embedded_is_refused(branded: Settle, rights: int, why: str) -> None:
    table = '[brand.fonts]\nregular = "f.ttf"\nitalic = "f.ttf"\nbold = "f.ttf"'
    with pytest.raises(
        ConfigError, match=f"regular: the font's maker forbids embedding {why.removeprefix('forbids embedding ')}"
    ):
        style(branded(table, {"f.ttf": font(rights=rights)}))


def test_a_font_that_lacks_letters_is_refused(branded: Settle) -> None:
    table = '[brand.fonts]\nregular = "f.ttf"\nitalic = "f.ttf"\nbold = "f.ttf"'
    with pytest.raises(ConfigError, match="the font lacks é ï;"):
        style(branded(table, {"f.ttf": font(drop="éï")}))


TABLE = """logo = "brand/logo.svg"
accent = "#4B2A6B"
second = "#2F7D6B"
[brand.fonts]
regular = "brand/own.ttf"
italic = "brand/own.ttf"
bold = "brand/own.ttf"
"""


def dressed(institution: settings.Institution) -> settings.Institution:
    """The sample's institution with another one's brand and slug."""
    return sample.institution(slug=institution.slug, brand=institution.brand.model_dump())


def test_a_report_wears_it(branded: Settle, tmp_path: Path) -> None:
    logo = DRAWN.format('<rect width="40" height="20" fill="#4B2A6B"/>').encode()
    institution = dressed(branded(TABLE, {"brand/logo.svg": logo, "brand/own.ttf": font()}))
    data = render_pdf(sample.quiet(), institution, "en", stamp=STAMP)
    assert data == render_pdf(sample.quiet(), institution, "en", stamp=STAMP)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        alts = [str(thing.Alt) for thing in things if thing.get("/S") == "/Figure"]
        assert "Logo of the institution Hogeschool Voorbeeld" in alts
        names = {str(thing.FontName) for thing in things if thing.get("/Type") == "/FontDescriptor"}
        assert {name.split("+")[1].rstrip(",") for name in names} >= {"Larkmoor-Sans", "Larkmoor-Sans-Heads-Semi-Bold"}
    page = render_html(sample.quiet(), institution, "en", stamp=STAMP).decode()
    assert len(page) < 400_000
    assert 'src="data:image/svg+xml;base64,' in page and "--accent: #4B2A6B" in page
    assert HOUSE.accent not in page
    assert page.count("@font-face") == 10


def test_a_font_for_print_only_stays_on_paper(branded: Settle) -> None:
    logo = DRAWN.format("<g/>").encode()
    institution = branded(TABLE, {"brand/logo.svg": logo, "brand/own.ttf": font(rights=0x0004)})
    dress = Dress.of(institution)
    assert "Larkmoor Sans" in dress.style("paper")
    assert "Larkmoor Sans" not in dress.style("screen")


def test_good_and_bad_stay_ours_and_the_dark_can_be_read(branded: Settle) -> None:
    for accent in ("#4B2A6B", "#00338D", "#006B3F", "#222222", "#7A1F3D"):
        dress = Dress.of(branded(f'accent = "{accent}"\nsecond = "{accent}"'))
        assert (dress.palette.good, dress.palette.bad) == (HOUSE.good, HOUSE.bad)
        assert colour.contrast(dress.dark.accent, DARK.paper) >= 4.5
        assert colour.contrast(dress.dark.second, DARK.paper) >= 3
        assert colour.contrast(dress.palette.accent, dress.palette.band) >= 3


def test_every_part_of_it_is_part_of_the_fingerprint(branded: Settle) -> None:
    files = {"brand/logo.svg": DRAWN.format("<g/>").encode(), "brand/own.ttf": font()}

    def config(table: str = TABLE, **changed: bytes) -> str:
        institution = branded(
            table, files | {f"brand/{name.replace('_', '.')}": data for name, data in changed.items()}
        )
        document: dict[str, Any] = sample.normal()
        return fingerprint.inputs(institution, document, {})["config"]

    prints = [
        config(),
        config(TABLE.replace("#4B2A6B", "#4B2A6C")),
        config(TABLE.replace("#2F7D6B", "#2F7D6C")),
        config(logo_svg=DRAWN.format("<g/><g/>").encode()),
        config(own_ttf=font(family="Other")),
    ]
    assert len(set(prints)) == len(prints)
    assert config() == prints[0]
    assert config('letter = { en = "Dear all" }\n' + TABLE) == prints[0]  # it stands in the mail, not in the edition
