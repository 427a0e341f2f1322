"""Which column is which field, by its heading and by what stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from tasks.extract.fields import CASE, CHOICES, RUINED_ID
from tasks.imports.convert import NO, YES
from tasks.imports.resolve import Dates

#: Headings as tools and people write them, in small letters and digits only; the first that is there is taken.
HEADINGS = {
    "id": "id berichtid berichtnummer messageid mentionid tweetid postid reviewid commentid resourceid documentid "
    "uniqueid externalid nr nummer",
    "created_at": "createdat datetweet datumtijd datumentijd tijdstip geplaatstop gepubliceerdop publishedat postedat "
    "published timestamp datetime dateandtime aangemaaktop created ontvangen ontvangenop gemeldop datum date",
    "edited_at": "editedat updatedat gewijzigdop bijgewerktop",
    "text": "text tekst berichttekst bericht message content inhoud tweet fulltext body vraag melding omschrijving "
    "hitsentence snippet openingtext description",
    "title": "title titel headline onderwerp subject kop",
    "author": "author auteur authorhandle screenname username gebruikersnaam handle user gebruiker afzender from "
    "geplaatstdoor",
    "url": "url link permalink posturl berichturl",
    "language": "language taal lang",
    "kind": "kind type berichttype soort soortbericht messagetype contenttype threadentrytype",
    "visibility": "visibility zichtbaarheid public ispublic openbaar",
    "rating": "rating sterren stars beoordeling waardering score cijfer",
    "in_reply_to": "inreplyto inreplytoid antwoordop parentid replyto",
    "thread_id": "threadid conversationid gesprekid draadid",
    "needs_reply": "needsreply antwoordnodig",
    "case_id": "caseid zaaknummer zaakid ticketid ticketnummer meldingnummer casenumber zaak",
    "case_department": "department afdeling team behandelgroep",
    "case_cause": "cause oorzaak",
    "case_action": "action actie oplossing maatregel",
    "case_status": "status",
    "assigned_at": "assignedat toegewezen toegewezenop opgepakt opgepaktop",
    "contacted_at": "contactedat contact contactop gebeld gebeldop gesproken gesprokenop",
    "resolved_at": "resolvedat opgelost opgelostop solvedat solved afgehandeld afgehandeldop gesloten closedat",
    "reopened_at": "reopenedat heropend heropendop",
}  # fmt: skip
CLOCKS = ("tijd", "time", "uur")
#: What exports call kinds.
KINDS = {
    "tweet": "post", "post": "post", "bericht": "post", "status": "post", "mention": "post", "original": "post",
    "retweet": "repost", "repost": "repost", "share": "repost", "reply": "reply", "antwoord": "reply",
    "reactie": "comment", "comment": "comment", "review": "review", "recensie": "review", "article": "article",
    "artikel": "article", "nieuws": "article", "news": "article", "blog": "article", "mail": "mail", "email": "mail",
    "ticket": "ticket_message",
}  # fmt: skip
MOST = 0.9
LONG_TEXT = 30


def plain(heading: str) -> str:
    """A heading's letters and digits, small and without accents."""
    apart = unicodedata.normalize("NFKD", heading.lower())
    return re.sub(r"[^a-z0-9]", "", apart)


def columns(headings: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Field → headings. What no heading tells, values may: the one column of moments, the one of long texts."""
    there: dict[str, str] = {}
    for heading in headings:
        there.setdefault(plain(heading), heading)
    found: dict[str, tuple[str, ...]] = {}
    values = {heading: [row[place] for row in sample] for place, heading in enumerate(headings)}
    for field, words in HEADINGS.items():
        taken = {one for many in found.values() for one in many}
        named = [there[word] for word in words.split() if word in there and there[word] not in taken]
        if field == "text":  # `tweet` may be a text, or whether it is one
            said = [one for one in named if not _are_flags(values[one])] or named
            named = sorted(said, key=lambda one: -_length(values[one]))
        if named:
            found[field] = (named[0],)
    _moments(found, there, values)
    _texts(found, values)
    if "case_id" not in found:
        _without_case(found)
    if "case_id" in found and "id" not in found:
        found["id"] = found["case_id"]
    _kinds(found, values)
    return {field: found[field] for field in HEADINGS if field in found}


def _moments(found: dict[str, tuple[str, ...]], there: dict[str, str], values: dict[str, list[str]]) -> None:
    """The column of when it was written: one whose values are moments; with the time beside the day."""
    if "created_at" not in found or not _are_moments(values[found["created_at"][0]]):
        free = (one for one in values if all(one not in many for many in found.values()))
        dated = next((one for one in free if _are_moments(values[one])), None)
        if dated is None:
            return
        found["created_at"] = (dated,)
    dates = _looked(values[found["created_at"][0]])
    if dates.seen and dates.only_days == dates.seen and dates.serial + dates.epoch == 0:
        clock = next((there[word] for word in CLOCKS if word in there), None)
        if clock:
            found["created_at"] = (*found["created_at"], clock)


def _are_moments(values: Sequence[str]) -> bool:
    dates = _looked(values)
    return dates.seen > 0 and dates.readable >= MOST * dates.seen


def _looked(values: Sequence[str]) -> Dates:
    dates = Dates()
    for value in values:
        dates.look(value)
    return dates


def _texts(found: dict[str, tuple[str, ...]], values: dict[str, list[str]]) -> None:
    if "text" in found:
        return
    free = [one for one in values if all(one not in many for many in found.values())]
    lengths = {one: _length(values[one]) for one in free}
    longest = max(lengths, key=lambda one: lengths[one], default=None)
    if longest is not None and lengths[longest] >= LONG_TEXT:
        found["text"] = (longest,)


def _are_flags(values: Sequence[str]) -> bool:
    return all(value.strip().lower() in YES | NO for value in values if value)


def _length(values: Sequence[str]) -> float:
    """Of the values that are there, on average."""
    there = [len(value) for value in values if value]
    return sum(there) / max(len(there), 1)


def _without_case(found: dict[str, tuple[str, ...]]) -> None:
    """A list of cases numbers them: parts of a case then belong to the row's own number. Else they say nothing."""
    parts = [field for field in CASE if field in found]
    if {"resolved_at", "assigned_at", "contacted_at"} & set(parts) and "id" in found:
        found["case_id"] = found["id"]
    else:
        for field in parts:
            del found[field]


def _kinds(found: dict[str, tuple[str, ...]], values: dict[str, list[str]]) -> None:
    """A column of kinds has words that we know; any other is about something else."""
    for field in ("kind", "visibility"):
        if field in found and not any(meant(field, value) for value in values[found[field][0]]):
            del found[field]


def meant(field: str, value: str) -> str | None:
    """What an export's word for a kind, or for whether others may see it, means here."""
    word = plain(value)
    if word in CHOICES[field]:
        return word
    return KINDS.get(word) if field == "kind" else "public" if word in YES else "internal" if word in NO else None


def ruined(values: Sequence[str]) -> int:
    """How many ids a spreadsheet made into 1.23E+18, or rounded to fifteen digits."""
    written = sum(RUINED_ID.fullmatch(value.strip()) is not None for value in values)
    long = [value.strip() for value in values if value.strip().isdigit() and len(value.strip()) > 16]
    rounded = len(long) if len(long) > 1 and all(value[15:].strip("0") == "" for value in long) else 0
    return written + rounded


def telling(found: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """The columns that tell rows apart where there is no id."""
    for field in ("author", "created_at", "text", "title", "url"):
        yield from found.get(field, ())
