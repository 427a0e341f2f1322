"""One report's language: its formats, its sentences, and the names of the institution's things in it."""

from __future__ import annotations

from tasks.render.facts import Contract, Facts
from tasks.render.formats import Formats
from tasks.render.sentences import Sentences
from tasks.render.text import plain
from tasks.render.trace import CONFIG, traced
from tasks.render.verdict import Reading
from tasks.settings import Institution
from tasks.tables import Names

NAME_LENGTH = 60


class Voice:
    """Says what the facts hold, in one language."""

    def __init__(self, facts: Facts, institution: Institution, language: str) -> None:
        self.facts = facts
        self.institution = institution
        self.language = language
        self.say = Sentences(language)
        self.formats = Formats(language, institution.zone)

    @property
    def number(self) -> str:
        """``47`` of ``2026-W47``."""
        return str(int(self.facts.week[6:]))

    @property
    def week(self) -> str:
        return self.say("report.week", number=self.number)

    @property
    def base(self) -> str:
        """``week 43–46``."""
        return self.say("report.weeks", first=int(self.facts.base["from"][6:]), last=int(self.facts.base["to"][6:]))

    @property
    def weeks(self) -> str:
        """``week 36–47``: every week a line in the report covers."""
        return self.say("report.weeks", first=int(self.facts.weeks[0][6:]), last=int(self.facts.weeks[-1][6:]))

    @property
    def clock(self) -> str:
        """The clock of the headline figures, in words."""
        return self.say(f"clock.{self.facts.clock}")

    @property
    def promise(self) -> str:
        """``4 openingsuren``: what the institution promises the public."""
        hours, clock = traced(self.institution.respond.target_hours, CONFIG), self.institution.respond.clock
        if hours < 1:
            minutes = traced(round(hours * 60), CONFIG)
            return self.say(f"promise.{clock}_minutes", count=minutes, minutes=minutes)
        return self.say(f"promise.{clock}", count=hours, hours=self.formats.number(hours, int(hours % 1 > 0)))

    @property
    def promise_short(self) -> str:
        """``4 u``."""
        return self.formats.duration(traced(self.institution.respond.target_hours * 3600, CONFIG))

    def things(self, count: int) -> str:
        """What must be answered, in the plural that fits."""
        return self.say(f"asked.{self.institution.respond.eligible}", count=count)

    def named(self, names: Names | dict[str, str]) -> str:
        """One of the two names, safe to print."""
        text = names[self.language] if isinstance(names, dict) else str(getattr(names, self.language))
        return plain(text, NAME_LENGTH, self.language)

    def department(self, ident: object) -> str:
        """A department's name; what nobody owns is said so."""
        for department in self.institution.department:
            if department.id == ident:
                return self.named(department.name)
        return self.say("report.nobody")

    @property
    def subject(self) -> str:
        """What the page is about: the institution, or one of its departments."""
        one = self.facts.department
        return self.institution.name if one is None else self.department(one)

    @property
    def part(self) -> str:
        """The table of the sentences that say what the page is about."""
        return "report" if self.facts.department is None else "department"

    def topic(self, ident: object) -> str:
        """A topic's name in the taxonomy of the week; what has none is said so."""
        names = self.facts.document.get("topics", {}).get(ident)
        return self.named(names) if names else self.say("topics.none")

    def heading(self, dimension: str, group: object) -> str:
        """What a figure is split by, in words."""
        return {"department": self.department, "source": self.source, "topic": self.topic}[dimension](group)

    def owns(self, group: object) -> bool:
        """Whether a heading is a department of the institution, and not what nobody owns."""
        return any(department.id == group for department in self.institution.department)

    def source(self, ident: object) -> str:
        """A source's name, also when it is switched off by now."""
        for source in self.institution.source:
            if source.id == ident:
                return self.named(source.name)
        return plain(ident, NAME_LENGTH, self.language)

    def title(self, contract: Contract) -> str:
        return plain(contract.title[self.language], NAME_LENGTH, self.language)

    def value(self, reading: Reading, contract: Contract) -> str:
        """The figure itself; too few cases show n, a quantile beyond what was followed shows ``> 21 u``."""
        if not reading.rests_on(contract.min_count):
            return self.say("tile.few_value", n=self.formats.number(reading.n))
        if reading.value is None:
            if contract.unit == "seconds" and reading.followed is not None:
                return self.say("report.longer", followed=self.duration(reading.followed))
            return self.say("report.unknown")
        return (
            self.duration(reading.value)
            if contract.unit == "seconds"
            else self.formats.value(reading.value, contract.unit)
        )

    def interval(self, reading: Reading, contract: Contract) -> str:
        """``82–91%``; empty without an interval, half open when the upper end was never reached."""
        if reading.low is None or (reading.high is None and reading.followed is None):
            return ""
        if reading.high is None:
            return f"≥\u00a0{self.formats.value(reading.low, contract.unit)}"
        return self.formats.span(reading.low, reading.high, contract.unit, contract.target)

    def duration(self, seconds: float, clock: str | None = None) -> str:
        """A duration on a clock (default: the headline's); only calendar time is told in days."""
        return self.formats.duration(seconds, days=(clock or self.facts.clock) == "calendar")

    def target(self, contract: Contract) -> str:
        """``85%``; empty without a target."""
        return "" if contract.target is None else self.formats.value(contract.target, contract.unit)
