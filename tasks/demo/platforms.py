"""What the six platforms look like: native ids, addresses, accounts. All of it obviously invented."""

from __future__ import annotations

from tasks.demo.chance import Chance

#: Our own accounts per source; the second one belongs to a single department.
OWN = {
    "mastodon": ("overbrugge@social.example", "itdesk_overbrugge@social.example"),
    "instagram": ("hs.overbrugge", "campus.overbrugge"),
    "reddit": ("Overbrugge_Webcare", "Overbrugge_Webcare"),
    "google_reviews": ("Hogeschool Overbrugge (eigenaar)", "Hogeschool Overbrugge (eigenaar)"),
    "topdesk": ("servicepunt-overbrugge", "servicepunt-overbrugge"),
}
CHATBOT = "brugbot_overbrugge"
PAPERS = ("Overbrugs Dagblad", "Hogeschoolkrant De Pijler", "Radio Rivierland", "Onderwijsberichten", "The Canal Post")
OUTSIDE_BOTS = ("kamerzoeker_bot", "weer_overbrugge_bot", "vacature_robot")

_NAMES = {
    "mastodon": ("student_{n}@social.example", "nachtuil_{n}@toot.example", "ex_eerstejaars_{n}@social.example"),
    "instagram": ("student_{n}", "stud.{n}.overbr", "x_tweedejaars_{n}", "intl_student_{n}", "scholier_{n}"),
    "reddit": ("throwaway_ob_{n}", "student_{n}", "Koffie_Krediet_{n}", "stressed_{n}", "Studieschuld{n}"),
    "google_reviews": ("Bezoeker {n}", "Student {n}", "Ouder {n}", "Visitor {n}"),
    "topdesk": ("student-{n}", "aanmelder-{n}", "medewerker-{n}", "student-{n}"),
}
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Platforms:
    """Gives out native ids (never one twice) and authors."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._taken: set[str] = set()
        self._regulars: dict[str, list[str]] = {}
        self._tickets = 0

    def author(self, source: str) -> str:
        """Somebody outside; one in five has written before."""
        regulars = self._regulars.setdefault(source, [])
        if len(regulars) > 30 and self._chance.yes(20):
            return regulars[-1 - self._chance.below(min(250, len(regulars)))]
        name = self._chance.pick(_NAMES[source]).replace("{n}", str(self._chance.between(1000, 9999)))
        regulars.append(name)
        return name

    def own_account(self, source: str) -> str:
        """Which of our accounts answers: now and then the one of a single department."""
        return OWN[source][self._chance.yes(12)]

    def ticket(self, at_month: str) -> str:
        """A new helpdesk ticket number, like ``M2611-0042``."""
        self._tickets += 1
        return f"M{at_month}-{self._tickets:05d}"

    def native_id(self, source: str, at: int, parent: str | None = None) -> str:
        """An id as this platform writes them, for something posted at ``at`` (seconds)."""
        while True:
            made = self._draw(source, at, parent)
            if made not in self._taken:
                self._taken.add(made)
                return made

    def _draw(self, source: str, at: int, parent: str | None) -> str:
        chance = self._chance
        if source == "mastodon":
            return str(((at * 1000 + chance.below(1000)) << 16) + chance.below(65536))
        if source == "instagram":
            return "179" + "".join(str(chance.below(10)) for _ in range(14))
        if source == "reddit":
            return ("t1_" if parent else "t3_") + "1" + "".join(chance.pick(_BASE36) for _ in range(6))
        if source == "google_reviews":
            if parent:
                return f"{parent}/reply"
            return "AbFvOq" + "".join(chance.pick(_BASE64) for _ in range(42))
        if source == "news":
            return f"art-{chance.between(100_000, 999_999)}"
        ticket = parent.split("/")[0] if parent else "M0000-00000"
        return f"{ticket}/{chance.between(10_000, 99_999)}"


def address(source: str, native_id: str) -> str:
    """Where a person would read it."""
    return f"https://{source.replace('_', '-')}.example/{native_id}"
