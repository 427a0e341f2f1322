"""Fifty people and ten secrets that stand nowhere else in the world, and a week in which they are everywhere.

Every person has a given name of an ordinary list and a family name that is made up; each is put where a name can be.
``HIDDEN`` are people whom no rule can tell: an unusual name in a sentence. They may stand in the lake's texts.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

_FIRST = ("vrok", "kwam", "pluf", "snijd", "dremp", "brux", "glint", "stovr", "zwilk", "trosp", "knarf", "plomb")
_LAST = ("damel", "dobber", "dorsen", "vinkel", "gastel", "mokkum")
FAMILY = tuple(first + last for last, first in itertools.product(_LAST, _FIRST))
GIVEN = ("Anna", "Jan", "Fatima", "Sven", "Emma", "Mohamed", "Lotte", "Daan", "Emine", "Thomas")
#: Given names that no list of ours has, or that only small letters hide.
UNUSUAL = ("qadira", "Wijlbrand", "Oehoera", "zjanneke", "Plexander", "ymkelina")
PEOPLE, HIDDEN = FAMILY[:50], FAMILY[50:56]
SECRETS = tuple(f"geheim{word}0{number}x" for number, word in enumerate(FAMILY[56:66]))
#: The ten, by where they are.
LEDGER, SMTP_URL, CONNECTION, CLIENT, TOKEN, HEARTBEAT, IN_LINK, IN_TEXT, IN_KEY, IN_EXTRA = SECRETS
WEEK = "2026-W47"

INSTITUTION = """
[institution]
name      = "Test School"
timezone  = "Europe/Amsterdam"
country   = "NL"
languages = ["nl", "en"]
clock     = 2026-11-23T06:00:00+01:00
automatic = false

[[hours]]
days  = ["mon", "tue", "wed", "thu", "fri"]
from  = "09:00"
until = "17:00"

[[source]]
id   = "mastodon"
type = "files"
name = {{ nl = "Mastodon", en = "Mastodon" }}

[[department]]
id       = "exams"
name     = {{ nl = "Toetsing", en = "Exams" }}
page     = true

[[route]]
keywords   = ["tentamen", "exam"]
department = "exams"

[deliver]
sender     = "Report <report@school.example>"
connection = "smtp_school"
recipients = [
  {{ email = "{reader}@school.example", language = "nl" }},
  {{ email = "{refused}@school.example", language = "en" }},
]

[alerts]
recipients = [{{ email = "{reader}@school.example", language = "nl" }}]

[sentiment]
engine = "lexicon"
"""
#: They are readers, whom a mail has to name and the ledger has to know.
READER, REFUSED = PEOPLE[48], PEOPLE[49]


def full(number: int) -> str:
    """``Anna Vrokdamel``."""
    return f"{GIVEN[number % len(GIVEN)]} {PEOPLE[number].capitalize()}"


def items() -> list[dict[str, Any] | str]:
    """What was collected: a line for each of the first 47 people, and for the hidden ones; bad lines as text."""
    hidden = [
        _item(f"h{n}", f"{UNUSUAL[n]} {name} belde niet terug over mijn tentamen en dat is een schande, waarom?")
        for n, name in enumerate(HIDDEN)
    ]
    told = _told("12", f"{UNUSUAL[5]} {HIDDEN[5]} was ziek", "gebeld")
    secret = f"Mijn wachtwoord is {IN_TEXT} en het werkt niet, waarom?"
    return [
        *(_of(n) for n in range(47)),
        *hidden,
        _item("c", "Mijn tentamen is kwijt", case=told),
        _item("s", secret, visibility="private"),
    ]


def _of(n: int) -> dict[str, Any] | str:
    """One person's line: each place that a name can be in has a few people."""
    name, whole = PEOPLE[n], full(n)
    given, family = whole.split()
    bye = (f"Groetjes,\n{whole}", f"mvg {family}", f"Regards, {whole}")[n % 3]
    title = ("Mevrouw", "dhr. A.", "Prof. dr.", "Ms")[n % 4]
    mail = {"kind": "mail", "title": f"Re: Fwd: mail van {whole}", "author": f"{whole} <{name}@student.example>"}
    native = {"in_reply_to": f"{name}-1", "thread_id": f"{name}-thread", "language": name}
    link = f"https://x.example/{name}"
    texts: list[tuple[int, str, dict[str, Any]]] = [
        (4, "Wanneer is het tentamen?", {"author": f"{given.lower()}.{name}"}),
        (7, f"Hoi @{name}_77 en @{name}@mastodon.example, wanneer?", {}),
        (10, f"Vraag het @{whole} of u/{name}, wie weet het?", {}),
        (14, f"Zie {link}?token={IN_LINK} of x.example/{name} ?", {"url": link}),
        (18, f"Mail naar {name}@student.example, waarom antwoordt niemand?", mail),
        (22, f"{title} {family} belde niet terug over het tentamen, waarom?", {}),
        (25, f"Waar vind ik mijn cijfer?\n{bye}", {}),
        (29, f"{whole} zei dat het tentamen niet doorgaat, klopt dat?", {}),
        (32, f"Volgens {given} van der {family} is dit een schande?", {}),
        (35, f"Waarom zegt {family} niets?", {"author": whole}),
        (38, "Mijn tentamen is kwijt, een schande", {"case": _case(n)}),
        (40, "Hoe laat?", native),
        (42, f"Ik ben {whole} en ik ben zo boos?", {"visibility": "private"}),
    ]
    found = next(((text, more) for until, text, more in texts if n < until), None)
    return _item(n, found[0], **found[1]) if found else _bad(n)


def names_in_a_file() -> str:
    """What somebody calls a file."""
    return f"klachten van {full(47)} {IN_KEY}.jsonl"


def written(folder: Path) -> Path:
    """The week as a file to hand in."""
    path = folder / names_in_a_file()
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in items())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _item(n: int | str, text: str, **more: Any) -> dict[str, Any]:
    of = PEOPLE[n] if isinstance(n, int) else n
    number = n if isinstance(n, int) else sum(map(ord, n)) % 40
    return {
        "id": f"{of}-post",
        "source": "mastodon",
        "created_at": f"2026-11-{16 + number % 5}T{8 + number % 9:02}:{number:02}:00Z",
        "author": f"{of}_{n}",
        "text": text,
    } | more


def _case(n: int) -> dict[str, Any]:
    """A case in which everything that people fill in holds a name."""
    case = _told(f"zaak-{PEOPLE[n]}", f"{full(n)} was ziek", f"gebeld met mevrouw {PEOPLE[n].capitalize()}")
    return case | {"department": PEOPLE[n], "status": f"bij {full(n)}"}


def _told(case: str, cause: str, action: str) -> dict[str, Any]:
    moments = {"assigned_at": "21T09", "contacted_at": "21T10", "resolved_at": "22T09"}
    told = {key: f"2026-11-{at}:00:00Z" for key, at in moments.items()}
    return {"id": case, "status": "resolved", "cause": cause, "action": action} | told


def _bad(n: int) -> str:
    """A line that is refused, of each kind that tells what stood there."""
    good = _item(n, full(n))
    wrong: list[dict[str, Any] | str] = [
        good | {"author_name": full(n)},
        good | {full(n): True},
        good | {"created_at": f"toen {full(n)} belde"},
        good | {"kind": PEOPLE[n]},
        f'{{"id": "{PEOPLE[n]}", {full(n)}',
    ]
    chosen = wrong[n % 5]
    return chosen if isinstance(chosen, str) else json.dumps(chosen, ensure_ascii=False)
