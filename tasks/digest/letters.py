"""The digest's mails: where, since when, until when and what about. Private words and urgent ones are never in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tasks.deliver import body
from tasks.deliver.note import Line, Note
from tasks.digest.book import Planned
from tasks.digest.found import Spike, Urgent, Waiting
from tasks.digest.links import Place
from tasks.measure.quotes import GAP, Quotes
from tasks.render.formats import Formats
from tasks.settings import Institution
from tasks.topics import taxonomy

MOST_LINES = 20
WORDS_SHOWN = 160


@dataclass(frozen=True)
class Letters:
    """The mails of one institution, in the one language of its digests."""

    institution: Institution
    addresses: Mapping[Place, str]

    def waiting(self, planned: Planned, people: Iterable[Waiting]) -> Note:
        """Who waits, the oldest first."""
        listed = list(people)
        lines = [self._line(one) for one in listed[:MOST_LINES]]
        late = sum(one.overdue for one in listed)
        told = [self.say("late", n=late, of=len(listed))] if late else []
        told += [self.say("more", n=len(listed) - MOST_LINES)] if len(listed) > MOST_LINES else []
        kind = "one" if len(listed) == 1 else "some"
        return self._note(planned, self.say(f"waiting_{kind}", n=len(listed)), told, lines)

    def urgent(self, planned: Planned, posts: Iterable[Urgent]) -> Note:
        """Where to read what one person should read now."""
        lines = [
            Line(f"{self._source(one.source)}, {self._form.moment(one.created_at)}", self._address(one.page, one.line))
            for one in posts
        ]
        kind = "one" if len(lines) == 1 else "some"
        return self._note(planned, self.say(f"urgent_{kind}", n=len(lines)), [self.say("urgent")], lines)

    def spike(self, planned: Planned, day: Spike) -> Note:
        """A day that is far from usual."""
        numbers = {"n": self._form.number(day.n), "expected": self._form.number(day.expected)}
        return self._note(planned, self.say("spike_title", **numbers), [self.say("spike", **numbers)], [])

    @property
    def language(self) -> str:
        return self.institution.digest.language or self.institution.institution.languages[0]

    @property
    def say(self) -> body.Words:
        return body.words(self.language, "digest")

    @cached_property
    def _form(self) -> Formats:
        return Formats(self.language, self.institution.zone)

    @cached_property
    def _quotes(self) -> Quotes:
        return Quotes.of(self.institution)

    @cached_property
    def _topics(self) -> dict[str, str]:
        return {one.key: getattr(one.name, self.language) for one in taxonomy.load(self.institution.slug)}

    def _note(self, planned: Planned, title: str, paragraphs: Iterable[str], lines: Iterable[Line]) -> Note:
        return Note(
            institution=self.institution,
            address=planned.recipient,
            language=self.language,
            identity=(planned.digest,),
            date=planned.at,
            period=self._form.moment(planned.at),
            subject=title,
            title=title,
            foot=self.say("foot", slug=self.institution.slug),
            paragraphs=tuple(paragraphs),
            items=tuple(lines),
            link=self._desk(),
            link_text=self.say("desk"),
        )

    def _desk(self) -> str:
        """Where one says what becomes of it, if mails may link to Airflow."""
        airflow = self.institution.deliver.archive_url
        return f"{airflow.rstrip('/')}/case-desk/weekly_report__{self.institution.slug}/" if airflow else ""

    def _line(self, one: Waiting) -> Line:
        parts = [self._department(one.department), self._source(one.source), self._form.moment(one.asked_at)]
        if one.due_at:
            parts.append(self.say("was_due" if one.overdue else "due", at=self._form.moment(one.due_at)))
        parts += [self._topics[topic] for topic in one.topics[:2] if topic in self._topics]
        return Line(" · ".join(parts), self._address(one.page, one.line), self._shown(one))

    def _shown(self, one: Waiting) -> str:
        words = body.one_line(one.words or "", WORDS_SHOWN)
        shown = self._quotes.shown(words) if words and one.visibility == "public" else None
        return f"“{shown}”" if shown and shown != GAP else ""

    def _address(self, page: str, line: int) -> str:
        return self.addresses.get((page, line), "")

    def _source(self, name: str) -> str:
        known: dict[str, str] = {one.id: getattr(one.name, self.language) for one in self.institution.source}
        return known.get(name, name)

    def _department(self, name: str) -> str:
        known: dict[str, str] = {one.id: getattr(one.name, self.language) for one in self.institution.department}
        return known.get(name, self.say("nobody"))
