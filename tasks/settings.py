"""Institution files: read once, checked at once, refused with the file, the line and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, Strict, StrictBool, ValidationError, field_validator, model_validator

from tasks import home, mistakes
from tasks.brand.table import Brand
from tasks.digest.terms import Digest
from tasks.errors import ConfigError
from tasks.extract.sources import AnySource, Source
from tasks.extract.sources.table import CASE_DESK
from tasks.privacy import secrets
from tasks.privacy.terms import Privacy
from tasks.tables import SLUG, Email, Identifier, Language, Names, Table, Text, Zone
from tasks.topics.names import check_ignored
from tasks.topics.own import Ignore, OwnNames, Route, Routing, Urgent

#: Hours in which somebody may be expected to answer, or all hours; as the names of columns say it.
Clock = Literal["open", "calendar"]
#: What can be wrong with a week's figures; tasks/checks.py finds it.
Kind = Literal["source", "quarantine", "engine", "silent", "metric", "check", "correction"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Url = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?$")]
Hours = Annotated[float, Field(gt=0, le=720)]
Days = Annotated[int, Field(gt=0, le=90)]


class About(Table):
    """``[institution]``."""

    name: Text
    timezone: Zone
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)]
    classification: Names = Names(nl="Intern", en="Internal")
    clock: Annotated[datetime, Strict()] | None = None
    automatic: StrictBool = True

    @field_validator("languages")
    @classmethod
    def _each_language_once(cls, languages: tuple[Language, ...]) -> tuple[Language, ...]:
        if len(set(languages)) < len(languages):
            raise ValueError("names the same language twice")
        return languages

    @field_validator("clock")
    @classmethod
    def _clock_is_aware(cls, moment: datetime | None) -> datetime | None:
        if moment and moment.tzinfo is None:
            raise ValueError("needs an offset, like 2026-11-23T06:00:00+01:00")
        return moment


class Promise(Table):
    """What the public may count on."""

    target_hours: Hours = 4.0
    acknowledge_hours: Hours | None = None
    solve_days: Days = 3


class Respond(Promise):
    """``[respond]``: the promise of today, and how it is counted."""

    clock: Literal["open", "always"] = "open"
    eligible: Literal["actionable", "all"] = "actionable"
    template_threads: Annotated[int, Field(ge=0, le=1000)] = 5

    @property
    def headline_clock(self) -> Clock:
        """The clock of every headline figure, as columns name it."""
        return "open" if self.clock == "open" else "calendar"


class EarlierPromise(Promise):
    """``[[earlier_promise]]``: what held up to and including a day; a message is judged by the promise it met."""

    until: date


class OpeningHours(Table):
    """``[[hours]]``: when somebody may be expected to answer. Changing them never changes history: use the dates."""

    days: Annotated[tuple[Day, ...], Field(min_length=1)]
    opens: Annotated[str, Field(alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    closes: Annotated[str, Field(alias="until", pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
    departments: tuple[Identifier, ...] = ()
    sources: tuple[Identifier, ...] = ()
    valid_from: date = date.min
    valid_to: date = date.max

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> OpeningHours:
        if self.opens >= self.closes:
            raise ValueError(f"opens at {self.opens} and closes at {self.closes}; split a night over two tables")
        if self.valid_from > self.valid_to:
            raise ValueError(f"is valid from {self.valid_from} to {self.valid_to}: the end comes first")
        return self


class Closed(Table):
    """``[closed]``: days on which nobody answers, beside the national holidays of ``country``."""

    days: tuple[date, ...] = ()
    open_on: tuple[date, ...] = ()


class Academic(Table):
    """``[[academic]]``: days that are not like others. They are compared with days of their own kind, or not at all."""

    kind: Identifier
    first: date = Field(alias="from")
    last: date = Field(alias="until")
    name: Names | None = None

    @field_validator("kind")
    @classmethod
    def _not_a_word_of_ours(cls, kind: str) -> str:
        if kind in {"ordinary", "closed", "too_little_history", "not_covered"}:
            raise ValueError(f"{kind} is a word of ours; choose another kind, like exams")
        return kind

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Academic:
        if self.first > self.last:
            raise ValueError(f"is from {self.first} until {self.last}: the end comes first")
        return self


class Department(Table):
    """``[[department]]``: who can solve it; ``keywords`` are the routing of those who need no more than that.

    With ``page`` every edition has a page about this department alone.
    """

    id: Identifier
    name: Names
    contact: Email | None = None
    keywords: tuple[Text, ...] = ()
    page: StrictBool = False


class Recipient(Table):
    """Somebody who gets the report, in their language; with ``department`` that department's page as well."""

    email: Email
    language: Language
    department: Identifier | None = None
    valid_from: date = date.min
    valid_to: date = date.max

    @model_validator(mode="after")
    def _comes_before_leaving(self) -> Recipient:
        if self.valid_from > self.valid_to:
            raise ValueError(f"is valid from {self.valid_from} to {self.valid_to}: the end comes first")
        return self


class Deliver(Table):
    """``[deliver]``."""

    sender: Text
    connection: Identifier | None = None
    #: Where Airflow is for its readers: a report that is too big for a mail is linked there.
    archive_url: Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?$")] | None = (
        None
    )
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]

    @field_validator("recipients")
    @classmethod
    def _nobody_twice(cls, people: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        seen: set[str] = set()
        for person in people:
            if person.email.lower() in seen:
                raise ValueError(f"{person.email} is listed twice")
            seen.add(person.email.lower())
        return people

    def on(self, day: date) -> Deliver:
        """The same for those who are recipients on a day."""
        there = tuple(one for one in self.recipients if one.valid_from <= day <= one.valid_to)
        return self.model_copy(update={"recipients": there})


class Person(Table):
    """Somebody who is mailed about the report, not with it."""

    email: Email
    language: Language


class Reviewer(Person):
    """Somebody who may let a report go; ``user`` is who they are to Airflow's log-in."""

    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9._@+-]{1,64}$")]


class Approval(Table):
    """``[approval]``: somebody looks at a report before it is mailed, always or when something is wrong with it."""

    always: StrictBool = False
    hold_if: tuple[Kind, ...] = ()
    reviewers: tuple[Reviewer, ...] = ()
    deputies: tuple[Reviewer, ...] = ()
    wait_hours: Annotated[float, Field(ge=0.01, le=168)] = 24.0
    then: Literal["hold", "send"] = "hold"

    @model_validator(mode="after")
    def _asks_somebody(self) -> Approval:
        if self.asked and not self.reviewers:
            raise ValueError("asks nobody: it needs reviewers")
        users = [one.user for one in self.people]
        if twice := next((one for one in users if users.count(one) > 1), None):
            raise ValueError(f"names {twice} twice")
        return self

    @property
    def asked(self) -> bool:
        """Whether anybody may have to be asked."""
        return self.always or bool(self.hold_if)

    @property
    def people(self) -> tuple[Reviewer, ...]:
        return (*self.reviewers, *self.deputies)


class Alerts(Table):
    """``[alerts]``: who hears that something is wrong, and when it is."""

    recipients: tuple[Person, ...] = ()
    delivered_by: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "08:30"
    quarantine_pct: Annotated[float, Field(gt=0, le=100)] = 5.0


class Sentiment(Table):
    """``[sentiment]``: what judges the tone; when it cannot run here, the next one does, and the report says so."""

    engine: Literal["e5", "student", "lexicon"] = "e5"


class Institution(Table):
    """One file in ``config/institutions``."""

    slug: str
    institution: About
    respond: Respond = Respond()
    earlier_promise: tuple[EarlierPromise, ...] = ()
    targets: dict[Identifier, Annotated[float, Field(allow_inf_nan=False)]] = Field(default_factory=dict)
    hours: tuple[OpeningHours, ...] = ()
    closed: Closed = Closed()
    academic: tuple[Academic, ...] = ()
    source: Annotated[tuple[AnySource, ...], Field(min_length=1)]
    department: tuple[Department, ...] = ()
    routing: Routing = Routing()
    route: tuple[Route, ...] = ()
    names: OwnNames | None = None
    ignore: tuple[Ignore, ...] = ()
    urgent: Urgent = Urgent()
    sentiment: Sentiment = Sentiment()
    deliver: Deliver
    approval: Approval = Approval()
    alerts: Alerts = Alerts()
    digest: Digest = Digest()
    brand: Brand = Brand()
    privacy: Privacy = Privacy()

    @model_validator(mode="after")
    def _adds_up(self) -> Institution:
        for key, things in (("source", self.source), ("department", self.department)):
            ids = [thing.id for thing in things]
            if twice := next((one for one in ids if ids.count(one) > 1), None):
                raise ValueError(f"[[{key}]] {twice} is there twice")
        if any(one.id == CASE_DESK for one in self.source):  # its pages would lie in the desk's folder
            raise ValueError(f"[[source]] {CASE_DESK} is a word of ours; choose another id")
        known = {department.id for department in self.department}
        if reserved := known & {"nobody", "all"}:
            raise ValueError(f"[[department]] {min(reserved)} is a word of ours; choose another id")
        metrics = [path.stem for path in (home.SQL / "metrics").glob("*.sql")]
        if unmeasured := set(self.targets) - set(metrics):
            raise ValueError(f"[targets] {min(unmeasured)} is not a metric; there are {', '.join(sorted(metrics))}")
        for hours in self.hours:
            if unknown := set(hours.departments) - known:
                raise ValueError(f"[[hours]] names a department that does not exist: {min(unknown)}")
            if unknown := set(hours.sources) - {source.id for source in self.source}:
                raise ValueError(f"[[hours]] names a source that does not exist: {min(unknown)}")
        for source in self.source:
            source.check(known)
        for number, route in enumerate(self.route, 1):
            route.check(number, known, {source.id for source in self.source})
        if len({promise.until for promise in self.earlier_promise}) < len(self.earlier_promise):
            raise ValueError("[[earlier_promise]] names the same day twice")
        if self.names:
            self.names.check({source.id for source in self.source})
        check_ignored(self.ignore)
        self.brand.check(self.institution.languages)
        for asked in (*self.approval.people, *self.alerts.recipients):
            if asked.language not in self.institution.languages:
                raise ValueError(f"{asked.email} reads {asked.language}; [institution] languages has no such language")
        if self.digest.language not in (None, *self.institution.languages):
            raise ValueError(f"[digest] language is {self.digest.language}, which [institution] languages has not")
        for person in self.deliver.recipients:
            if person.language not in self.institution.languages:
                raise ValueError(
                    f"[deliver] {person.email} reads {person.language}; [institution] languages makes no such report"
                )
            if person.department and person.department not in self.pages:
                raise ValueError(
                    f"[deliver] {person.email} is to get a page on {person.department}, which is not made: "
                    "write page = true in its [[department]]"
                )
        if self.respond.clock == "open" and not self.hours:
            raise ValueError('[respond] clock = "open" needs at least one [[hours]] table, or clock = "always"')
        return self

    @property
    def name(self) -> str:
        return self.institution.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.institution.timezone)

    @property
    def pages(self) -> tuple[str, ...]:
        """The departments that have a page of their own."""
        return tuple(department.id for department in self.department if department.page)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Only those switched on."""
        return tuple(source for source in self.source if source.enabled)


def slugs() -> list[str]:
    """The institutions there are, by file name."""
    return sorted(path.stem for path in home.CONFIG.glob("*.toml"))


def load(slug: str) -> Institution:
    """Read one institution; raises ConfigError with file, line and key."""
    path = home.CONFIG / f"{slug}.toml"
    shown = home.shown(path)
    if not SLUG.fullmatch(slug):
        raise ConfigError(f"{shown}: call the file by lower-case letters, digits and _, like overbrugge.toml.")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ", ".join(slugs()) or "none yet"
        raise ConfigError(f"There is no institution “{slug}”: {shown} does not exist. Known: {known}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown}: cannot be read as UTF-8 text ({error}).") from None
    secrets.refuse(shown, text)
    try:
        data = mistakes.parsed(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(mistakes.toml(shown, text, error)) from None
    if "slug" in data:
        raise ConfigError(f"{shown}: slug is not a key; the file name is the slug.")
    try:
        return Institution(slug=slug, **data)
    except ValidationError as error:
        raise ConfigError(mistakes.explain(Institution, shown, text, error)) from None


def load_all() -> Iterator[tuple[str, Institution | ConfigError]]:
    """Every institution, or what is wrong with its file: one broken file never hides the others."""
    for slug in slugs():
        try:
            yield slug, load(slug)
        except ConfigError as error:
            yield slug, error
