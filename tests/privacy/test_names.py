"""Names of people in sentences: what a rule can tell is masked, and ordinary texts stay as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pyarrow as pa
import pytest

from tasks import home, settings
from tasks.measure.quotes import GAP, Quotes
from tasks.stage import privacy
from tasks.stage.people import People

OWN = frozenset(["hogeschool", "overbrugge", "examenbureau", "canvas", "kade"])


@pytest.fixture(scope="module")
def people() -> People:
    return People(OWN)


@pytest.fixture(scope="module")
def quotes() -> Quotes:
    return Quotes(OWN)


def said(people: People, *texts: str, accounts: frozenset[str] = frozenset()) -> list[str | None]:
    """What the lake keeps of texts."""
    kept: list[str | None] = privacy.masked(pa.array(texts), people, accounts).to_pylist()
    return kept


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Jan de Vries belde niet terug", "[name] belde niet terug"),
        ("ik wacht op Anna van der Vrokdamel.", "ik wacht op [name]."),
        ("Bel mevrouw Vrokdamel of dhr. A.B. Kwamdobber", "Bel mevrouw [name] of dhr. [name]"),
        ("Prof. dr. Vrokdamel gaf college", "Prof. dr. [name] gaf college"),
        ("ik sprak J.P. Vrokdamel", "ik sprak [name]"),
        ("Dank!\nGroetjes,\nFatima Vrokdamel", "Dank!\nGroetjes,\n[name]"),
        ("kan het morgen? mvg piet-jan", "kan het morgen? mvg piet-jan"),
        ("kan het morgen? mvg sven", "kan het morgen? mvg [name]"),
        ("Kind regards, Ms Vrokdamel", "Kind regards, Ms [name]"),
        ("@Anna de Vrokdamel weet jij dit", "@… weet jij dit"),
        ("@Ayşe Vrokdamel weet jij dit", "@… weet jij dit"),
        ("zie x.example/vrokdamel of vrokdamel.photography/1", "zie [link] of [link]"),
        ("@anna.vrokdamel weet jij dit", "@… weet jij dit"),
        ("volgens Peter is het dicht", "volgens [name] is het dicht"),
        ("Roos Vrokdamel van het Examenbureau", "[name] van het Examenbureau"),
        ("JAN VROKDAMEL IS BOOS", "[name] VROKDAMEL IS BOOS"),
        ("Mijn wachtwoord is Welkom01!", "Mijn wachtwoord is [secret]"),
    ],
)
def test_names_that_a_rule_can_tell(people: People, text: str, masked: str) -> None:
    assert said(people, text) == [masked]


@pytest.mark.parametrize(
    "text",
    [
        "Hogeschool Overbrugge in Amsterdam, aan de Kade",
        "Will this work? Mark the date. Floor 3 is closed",
        "MS Teams doet het niet, Canvas ook niet",
        "In New York en Den Haag wel",
        "How do I apply with a German diploma?",
        "Groet, een student",
        "Het wachtwoord werkt niet, de pin is kwijt",
    ],
)
def test_what_is_no_name_stays(people: People, text: str) -> None:
    assert said(people, text) == [text]


def test_accounts_of_a_page_are_masked_where_others_name_them(people: People) -> None:
    known = people.accounts_of(
        ["Fatima Vrokdamel", "kwamdobber", "anna_1", "Canvas Support", "overbrugge", "student", None]
    )
    assert known == {"vrokdamel", "kwamdobber", "fatima", "anna_1"}
    texts = ["Fatima Zwilkdorsen belde", "waarom zegt vrokdamel niets", "Kwamdobber ook niet", "de student en Canvas"]
    assert said(people, *texts, accounts=known) == [
        "[name] belde",
        "waarom zegt [name] niets",
        "[name] ook niet",
        "de student en Canvas",
    ]


def test_handles_with_digits_or_underscores_are_masked_without_their_sign(people: People) -> None:
    known = people.accounts_of(
        ["@j_devries99@social.example", "zwilk-7", "vrokdamel@social.example", "r2", "2026", "canvas_overbrugge"]
    )
    assert known == {"j_devries99", "zwilk-7", "vrokdamel"}
    texts = [
        "volgens J_deVries99, en zwilk-7",
        "j_devries99x en zwilk-77",
        "zaal 2026 van r2",
        "vrokdamel: canvas_overbrugge",
    ]
    assert said(people, *texts, accounts=known) == [
        "volgens [name], en [name]",
        "j_devries99x en zwilk-77",
        "zaal 2026 van r2",
        "[name]: canvas_overbrugge",
    ]


def said_in_the_demo() -> list[str]:
    """Every text of the demo: made up, and as ordinary as posts are."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from texts(one)

    files = sorted((home.ROOT / "tasks" / "demo" / "texts").glob("*.toml"))
    return [text for file in files for text in texts(tomllib.loads(file.read_text(encoding="utf-8")))]


def test_of_the_demo_hardly_a_text_is_touched() -> None:
    institution = settings.load("overbrugge")
    said = said_in_the_demo()
    assert len(said) > 1500
    masked = People.of(institution).masked(said)
    assert {before for before, after in zip(said, masked, strict=True) if before != after} == {
        "Groet, Sam",
        "Robert'); DROP TABLE studenten;-- is de naam van ons pubquizteam, we werden tweede",
    }
    shown = Quotes.of(institution)
    whole = sum(shown.shown(text) == text for text in said)
    assert whole / len(said) > 0.9  # the others lose a word or two


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Vrokdamel belde niet terug over mijn cijfer…", "[…] belde niet terug over mijn cijfer…"),
        ("qadira vrokdamel belde niet terug…", "[…] belde niet terug…"),
        ("bij fatima yilmaz in de klas…", "bij […] in de klas…"),
        ("docent jansen geeft slechte colleges…", "docent […] geeft slechte colleges…"),
        ("Bakker belde niet terug…", "[…] belde niet terug…"),
        ("waarom doet Canvas het niet…", "waarom doet Canvas het niet…"),
        ("Één vraag over de tentamenroosters…", "Één vraag over de tentamenroosters…"),
        ("see you on Monday, it's late…", "see you on Monday, it's late…"),
        ("wacht op [name] en @… …", "wacht op […] en […] …"),
        ("Qadira Vrokdamel Wijlbrand…", None),
        ("", ""),
        (None, None),
    ],
)
def test_a_quote_holds_only_what_is_surely_no_name(quotes: Quotes, text: str | None, shown: str | None) -> None:
    assert quotes.shown(text) == shown
    assert GAP not in (text or "")
