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
GIVEN = ("Anna", "Jan", "Fatima", "Sven", "Emma", "Mohamed", "Lotte", "Daan", "Ayşe", "Thomas")
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
    """What was collected: one line a person, and some of our own; bad lines as text."""
    say = iter(range(48))
    rows: list[dict[str, Any] | str] = [
        *(_item(n, "Wanneer is het tentamen?", author=f"{GIVEN[n % 10].lower()}.{PEOPLE[n]}") for n in _next(say, 4)),
        *(_item(n, f"Hoi @{PEOPLE[n]}_77 en @{PEOPLE[n]}@mastodon.example, wanneer?") for n in _next(say, 3)),
        *(_item(n, f"Vraag het @{full(n)} of u/{PEOPLE[n]}, wie weet het?") for n in _next(say, 3)),
        *(_item(n, f"Zie https://x.example/{PEOPLE[n]}?token={IN_LINK} of x.example/{PEOPLE[n]} ?", url=f"https://x.example/{PEOPLE[n]}/1") for n in _next(say, 4)),
        *(_item(n, f"Mail naar {PEOPLE[n]}@student.example, waarom antwoordt niemand?", kind="mail", title=f"Re: Fwd: mail van {full(n)}", author=f"{full(n)} <{PEOPLE[n]}@student.example>") for n in _next(say, 4)),
        *(_item(n, f"{title} {PEOPLE[n].capitalize()} belde niet terug over het tentamen, waarom?") for n, title in zip(_next(say, 4), ("Mevrouw", "dhr. A.", "Prof. dr.", "Ms"), strict=True)),
        *(_item(n, f"Waar vind ik mijn cijfer?\n{bye}") for n in _next(say, 3) for bye in [f"Groetjes,\n{full(n)}", f"mvg {PEOPLE[n].capitalize()}", f"Regards, {full(n)}"][n % 3 : n % 3 + 1]),
        *(_item(n, f"{full(n)} zei dat het tentamen niet doorgaat, klopt dat?") for n in _next(say, 4)),
        *(_item(n, f"Volgens {GIVEN[n % 10]} van der {PEOPLE[n].capitalize()} is dit een schande?") for n in _next(say, 3)),
        *(_item(n, f"Waarom zegt {PEOPLE[n].capitalize()} niets?", author=full(n)) for n in _next(say, 3)),
        *(_case(n) for n in _next(say, 3)),
        *(_item(n, "Hoe laat?", in_reply_to=f"{PEOPLE[n]}-1", thread_id=f"{PEOPLE[n]}-thread", language=PEOPLE[n]) for n in _next(say, 2)),
        *(_item(n, f"Ik ben {full(n)} en ik ben zo boos?", visibility="private") for n in _next(say, 2)),
        *(_bad(n) for n in _next(say, 5)),
        *(_item(f"h{n}", f"{UNUSUAL[n]} {name} belde niet terug over mijn tentamen en dat is een schande, waarom?") for n, name in enumerate(HIDDEN)),
        _item("c", "Mijn tentamen is kwijt", case=_told("12", f"{UNUSUAL[5]} {HIDDEN[5]} was ziek", "gebeld")),
        _item("s", f"Mijn wachtwoord is {IN_TEXT} en het werkt niet, waarom?", visibility="private"),
    ]  # fmt: skip
    assert next(say) == 47
    return rows


def names_in_a_file() -> str:
    """What somebody calls a file."""
    return f"klachten van {full(47)} {IN_KEY}.jsonl"


def written(folder: Path) -> Path:
    """The week as a file to hand in."""
    path = folder / names_in_a_file()
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in items())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _next(say: Any, many: int) -> list[int]:
    return list(itertools.islice(say, many))


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
    """A case of which everything that people fill in holds a name."""
    case = _told(f"zaak-{PEOPLE[n]}", f"{full(n)} was ziek", f"gebeld met mevrouw {PEOPLE[n].capitalize()}")
    case |= {"department": PEOPLE[n], "status": f"bij {full(n)}"}
    return _item(n, "Mijn tentamen is kwijt, een schande", case=case)


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
