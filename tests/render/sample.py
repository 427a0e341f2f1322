"""Documents as measure hands them over, made from a handful of numbers; everything in them is invented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tasks.measure import contract
from tasks.settings import Institution

AS_OF = "2026-11-23T06:00:00+01:00"
WEEK = "2026-W47"
WEEKS = [f"2026-W{number}" for number in range(36, 48)]
DEPARTMENTS = {
    "student_affairs": ("Studentzaken", "Student Affairs"),
    "exams": ("Examenbureau", "Exams Office"),
    "it": ("IT-servicedesk", "IT Service Desk"),
    "press": ("Persvoorlichting", "Press Office"),
}
TOPICS = {
    "exams": ("Tentamens en cijfers", "Exams and grades"),
    "housing": ("Huisvesting", "Housing"),
    "research": ("Onderzoek", "Research"),
    "no_topic": ("", ""),
}
SOURCES = {"mastodon": ("Mastodon", "Mastodon"), "reviews": ("Recensies", "Reviews"), "desk": ("Loket", "Desk")}
CONTRACTS: dict[str, dict[str, Any]] = {
    "mention_volume": {
        "title": ("Vermeldingen", "Mentions"),
        "unit": "count",
        "good": "none",
        "headline": "n",
        "min_count": 0,
    },
    "first_response_time": {
        "title": ("Mediane eerste reactie", "Median first response"),
        "unit": "seconds",
        "good": "down",
        "headline": "median_open_seconds",
        "low": "median_open_low_seconds",
        "high": "median_open_high_seconds",
        "target": 7200,
    },
    "sla_attainment": {
        "title": ("Op tijd beantwoord", "Answered in time"),
        "unit": "pct",
        "good": "up",
        "headline": "on_time_pct",
        "low": "low_pct",
        "high": "high_pct",
        "target": 85,
    },
    "backlog": {"title": ("Nog open", "Still open"), "unit": "count", "good": "down", "headline": "n", "min_count": 0},
    "net_sentiment": {
        "title": ("Netto sentiment", "Net sentiment"),
        "unit": "score",
        "good": "up",
        "headline": "net_score",
        "low": "low_score",
        "high": "high_score",
        "target": 0,
    },
    "loop_closure": {
        "title": ("Kring gesloten", "Loops closed"),
        "unit": "pct",
        "good": "up",
        "headline": "closed_pct",
        "low": "low_pct",
        "high": "high_pct",
        "target": 70,
    },
    "conversation_ratio": {
        "title": ("In gesprek", "In conversation"),
        "unit": "pct",
        "good": "up",
        "headline": "reply_pct",
        "low": "low_pct",
        "high": "high_pct",
    },
    "outside_hours": {
        "title": ("Buiten openingstijd", "Outside opening hours"),
        "unit": "pct",
        "good": "none",
        "headline": "outside_pct",
        "low": "low_pct",
        "high": "high_pct",
    },
    "answer_curve": {
        "title": ("Beantwoord naar tijd", "Answered over time"),
        "unit": "pct",
        "good": "up",
        "headline": "share_pct",
        "low": "low_pct",
        "high": "high_pct",
    },
}


def institution(**changes: Any) -> Institution:
    """Hogeschool Voorbeeld; ``changes`` replace whole tables of its file."""
    tables = {
        "slug": "voorbeeld",
        "institution": {"name": "Hogeschool Voorbeeld", "timezone": "Europe/Amsterdam", "languages": ["nl", "en"]},
        "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:30", "until": "17:30"}],
        "source": [_named(ident, names) | {"type": "demo"} for ident, names in SOURCES.items()],
        "department": [_named(ident, names) for ident, names in DEPARTMENTS.items()],
        "deliver": {
            "sender": "Rapport <r@voorbeeld.example>",
            "recipients": [{"email": "b@voorbeeld.example", "language": "nl"}],
        },
    }
    return Institution.model_validate(tables | changes)


def normal(on_time: int = 96, due: int = 120, before: int = 360, **verdicts: str) -> dict[str, Any]:
    """An ordinary week: ``on_time`` of ``due`` in time, ``before`` of 480 in the four weeks before.

    ``verdicts`` by metric: what measure said of the change; where nothing is said, none is reliable.
    """
    document = _empty()
    rows = document["metrics"]
    for week in [*WEEKS, "base"]:
        many = 4 if week == "base" else 1
        good = before if week == "base" else on_time if week == WEEK else on_time - WEEKS.index(week) % 5
        _put(rows, week, "all", "all", good, due * many, many)
    share = {"student_affairs": (50, 34), "exams": (40, 36), "it": (24, 20), "press": (6, 6)}
    for group, (n, good) in share.items():
        _put(rows, WEEK, "department", group, good, n, 1)
    for place, (group, _) in enumerate(TOPICS.items()):
        n = 60 - 6 * place
        net = 25 * place - 60
        rows["net_sentiment"]["rows"].append(_topic(WEEK, group, n, net, net * n / 240))
        rows["net_sentiment"]["rows"].append(_topic("base", group, n * 4, net + 8, (net + 8) * n / 240))
    for metric in contract.TILES:
        for row in rows[metric]["rows"]:
            if (row["week"], row["dimension"]) == (WEEK, "all"):
                row["verdict"] = verdicts.get(metric, "no_reliable_change")
    rows["answer_curve"]["rows"] = [*_curve(WEEK, 1.0), *_curve("base", 1.4)]
    document["lists"] = lists()
    return document


def quiet() -> dict[str, Any]:
    """Three mentions, two questions, nothing to compare with."""
    document = _empty()
    document["base"] = {"from": "2026-W43", "to": "2026-W46"}
    _put(document["metrics"], WEEK, "all", "all", 1, 2, 1)
    _put(document["metrics"], WEEK, "department", "exams", 1, 2, 1)
    document["metrics"]["mention_volume"]["rows"][0] |= {"n": 3, "authors": 3}
    document["lists"] = {
        "open_items": [_open_item(1, "Weet iemand wanneer de kluisjes leeg moeten?", False)],
        "solved_cases": [],
        "coverage": lists()["coverage"][:1],
        "funnel": [{"step": step, "n": n} for step, n in zip(_STEPS, (3, 2, 1, 0, 0), strict=True)],
    }
    return document


def empty(rows: bool = True) -> dict[str, Any]:
    """A week in which nothing happened; with rows of zeros, or without any row."""
    document = _empty()
    if rows:
        for name, metric in document["metrics"].items():
            if name != "answer_curve":
                columns = [
                    one
                    for one in (CONTRACTS[name].get(key) for key in ("headline", "low", "high"))
                    if one and one != "n"
                ]
                for week in [*WEEKS, "base"]:
                    metric["rows"].append(
                        {"week": week, "dimension": "all", "group": "all", "n": 0, **dict.fromkeys(columns)}
                    )
        document["lists"]["funnel"] = [{"step": step, "n": 0} for step in _STEPS]
    return document


def hostile(texts: list[str]) -> dict[str, Any]:
    """An ordinary week in which every text of a person, and every name of a thing, is one of these."""
    document = normal()
    for place, item in enumerate(document["lists"]["open_items"]):
        item["excerpt"] = texts[place % len(texts)]
        item["visibility"] = "public"
    for place, case in enumerate(document["lists"]["solved_cases"]):
        case |= {"excerpt": texts[place], "cause": texts[-1 - place], "action": texts[place + 1]}
    return document


def lists() -> dict[str, Any]:
    """The four lists of an ordinary week."""
    return {
        "open_items": [
            _open_item(1, "Kan iemand mij vertellen waar ik mijn pas ophaal? 🙃", True),
            _open_item(2, None, True, "private"),
            _open_item(3, "The projector in the large hall keeps switching itself off", True, language="en"),
            _open_item(4, "Mijn inschrijving staat al weken op wachten", False),
        ],
        "solved_cases": [
            _case(
                1, "De lift bij de collegezaal doet het weer niet", "Een sensor was vervuild.", "Sensor schoongemaakt."
            ),
            _case(2, None, "De mail ging naar een oud adres.", None, reopened=True),
            _case(3, "My card does not open the lab", None, "Pas opnieuw ingesteld.", language="en", feedback=False),
        ],
        "coverage": [
            _coverage("mastodon", "complete", 168),
            _coverage("reviews", "partial", 120, "2026-11-17T00:00:00+01:00", "2026-11-19T00:00:00+01:00"),
            _coverage("desk", "handed_in", None),
        ],
        "funnel": [{"step": step, "n": n} for step, n in zip(_STEPS, (412, 130, 121, 40, 31), strict=True)],
        "hours": [
            {
                "weekend": weekend,
                "hour": hour,
                "written": 3 * (hour > 7) + hour % 5,
                "answered": 4 if 8 <= hour < 17 and not weekend else 0,
                "open_share": float(8 <= hour < 17 and not weekend),
            }
            for weekend in (False, True)
            for hour in range(24)
        ],
    }


_STEPS = ("heard", "asked", "answered", "cause_known", "solved")


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of k out of n, in per cent."""
    z = 1.959964
    middle, half = (k + z * z / 2) / (n + z * z), z * math.sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
    return 100 * (middle - half), 100 * (middle + half)


def _named(ident: str, names: tuple[str, str]) -> dict[str, Any]:
    return {"id": ident, "name": {"nl": names[0], "en": names[1]}}


def _empty() -> dict[str, Any]:
    metrics = {}
    for name, given in CONTRACTS.items():
        words = {
            "question": {"nl": "Wat is er?", "en": "What is there?"},
            "caveat": {"nl": "Let op.", "en": "Mind this."},
        }
        title = {"title": dict(zip(("nl", "en"), given["title"], strict=True))}
        defaults = {"low": None, "high": None, "target": None, "min_count": 10}
        metrics[name] = {"contract": defaults | given | title | words, "fingerprint": "0" * 64, "rows": []}
    return {
        "institution": "voorbeeld",
        "week": WEEK,
        "as_of": AS_OF,
        "weeks": WEEKS,
        "base": {"from": "2026-W43", "to": "2026-W46"},
        "metrics": metrics,
        "lists": {"open_items": [], "solved_cases": [], "coverage": [], "funnel": [], "hours": []},
        "topics": {key: {"nl": nl, "en": en} for key, (nl, en) in TOPICS.items() if nl},
    }


def _put(metrics: dict[str, Any], week: str, dimension: str, group: str, good: int, n: int, many: int) -> None:
    """One row of every metric, of a piece: ``good`` of ``n`` in time, a quarter as many cases, twice as many scores."""
    low, high = wilson(good, n)
    positive, negative, scored = n // 2, n // 2 + n // 10, 2 * n
    net, half = 100 * (positive - negative) / scored, 196 / math.sqrt(scored) * 0.7
    due = max(n // 4, 1)
    closed = due * 4 // 5
    loop = wilson(closed, due)
    rows: dict[str, dict[str, Any]] = {
        "mention_volume": {"n": 3 * n, "authors": 2 * n, "reposts": 4, "broadcasts": 9, "own_replies": n},
        "sla_attainment": {
            "n": n,
            "on_time": good,
            "on_time_pct": 100 * good / n,
            "low_pct": low,
            "high_pct": high,
            "pending": 3,
        },
        "first_response_time": {
            "n": n,
            "answered": n - 2,
            "median_open_seconds": 4140,
            "median_open_low_seconds": 3600,
            "median_open_high_seconds": 5040,
            "median_calendar_seconds": 11400,
            "followed_open_seconds": 75600,
            "followed_calendar_seconds": 190000,
        },
        "backlog": {
            "n": 9 // many,
            "recent": 9 // many,
            "overdue": 3,
            "overdue_recent": 3,
            "overdue_old": 0,
            "oldest_open_seconds": 90000,
            "oldest_calendar_seconds": 400000,
        },
        "conversation_ratio": {
            "n": n + 9 * many,
            "replies": n,
            "broadcasts": 9 * many,
            "reply_pct": 100 * n / (n + 9 * many),
            **dict(zip(("low_pct", "high_pct"), wilson(n, n + 9 * many), strict=True)),
            "threads": n,
            "dialogues": n // 2,
            "dialogue_pct": 50.0,
        },
        "outside_hours": {
            "n": 3 * n,
            "outside": n,
            "outside_pct": 100 / 3,
            **dict(zip(("low_pct", "high_pct"), wilson(n, 3 * n), strict=True)),
        },
        "net_sentiment": {
            "n": scored,
            "positive": positive,
            "neutral": scored - positive - negative,
            "negative": negative,
            "unknown": 5,
            "net_score": net,
            "low_score": net - half,
            "high_score": net + half,
            "contribution_score": net,
        },
        "loop_closure": {
            "n": due,
            "closed": closed,
            "closed_pct": 100 * closed / due,
            "with_cause": due - 1,
            "repeat_causes": due // 3,
            "low_pct": loop[0],
            "high_pct": loop[1],
        },
    }
    for name, row in rows.items():
        metrics[name]["rows"].append({"week": week, "dimension": dimension, "group": group, **row})


def _topic(week: str, group: str, n: int, net: float, part: float) -> dict[str, Any]:
    """Net sentiment of one topic."""
    return {
        "week": week,
        "dimension": "topic",
        "group": group,
        "n": n,
        "authors": n - 2,
        "net_score": float(net),
        "low_score": max(net - 20.0, -100.0),
        "high_score": min(net + 20.0, 100.0),
        "contribution_score": part,
    }


def _curve(week: str, slower: float) -> list[dict[str, Any]]:
    steps = []
    for place in range(1, 61):
        share = 96 * (1 - math.exp(-place / 14 / slower))
        seconds = place * 720
        spread = 8 * (1 - share / 110)
        for clock, factor in (("open", 1), ("calendar", 3)):
            steps.append(
                {
                    "week": week,
                    "dimension": "all",
                    "group": "all",
                    "clock": clock,
                    "seconds": seconds * factor,
                    "n": 120,
                    "share_pct": share,
                    "low_pct": max(share - spread, 0),
                    "high_pct": min(share + spread, 100),
                }
            )
    return steps


def _open_item(
    number: int, excerpt: str | None, overdue: bool, visibility: str = "public", language: str = "nl"
) -> dict[str, Any]:
    return {
        "item_no": f"W47-{number:02d}",
        "excerpt": excerpt,
        "language": language,
        "visibility": visibility,
        "source": "mastodon",
        "department": "exams" if number % 2 else None,
        "asked_at": "2026-11-18T20:10:00+01:00",
        "waiting_open_seconds": 100000 - number * 9000,
        "waiting_calendar_seconds": 400000 - number * 9000,
        "overdue": overdue,
        "due_at": "2026-11-19T12:30:00+01:00" if overdue else "2026-11-23T10:15:00+01:00",
        "assigned": number == 3,
    }


def _case(
    number: int,
    excerpt: str | None,
    cause: str | None,
    action: str | None,
    language: str = "nl",
    reopened: bool = False,
    feedback: bool = True,
) -> dict[str, Any]:
    heard = datetime.fromisoformat("2026-11-17T09:15:00+01:00")
    return {
        "case_no": f"{number:02d}",
        "excerpt": excerpt,
        "language": language,
        "source": "reviews",
        "department": "it",
        "heard_at": heard.isoformat(),
        "first_answer_at": (heard + timedelta(minutes=40)).isoformat() if number != 3 else None,
        "cause": cause,
        "action": action,
        "contacted_at": None,
        "resolved_at": (heard + timedelta(hours=9)).isoformat(),
        "resolve_calendar_seconds": 32400,
        "with_feedback": feedback,
        "reopened": reopened,
    }


def _coverage(
    source: str, status: str, covered: float | None, first: str | None = None, last: str | None = None
) -> dict[str, Any]:
    return {
        "source": source,
        "items": 137,
        "quarantined": 2 if source == "desk" else 0,
        "planned_hours": None if covered is None else 168.0,
        "covered_hours": covered,
        "missing_from": first,
        "missing_until": last,
        "status": status,
        "late_items": 3,
        "doubtful_times": 0,
        "deleted": 1,
        "edited": 2,
    }


def without(*names: str) -> dict[str, Any]:
    """An ordinary week in which these could not be measured."""
    document = normal()
    gone: dict[str, Any] = {name: {"title": {"nl": name, "en": name}, "where": "own"} for name in names}
    for name in names:
        if name.startswith("checks."):
            continue
        if name.startswith("lists."):
            document["lists"].pop(name.removeprefix("lists."), None)
        else:
            gone[name]["title"] = document["metrics"].pop(name)["contract"]["title"]
    return document | {"unavailable": gone}


def followed(where: str, names: Sequence[str] = ("night_share",), weeks: int = 12, **said: Any) -> dict[str, Any]:
    """An ordinary week with metrics of an analyst's own beside the others: shares of the messages at night."""
    document = normal()
    contract = {"title": "Nacht", "question": "Wie is er wakker?", "caveat": "Van tien tot zeven."}
    words = {name: {"nl": text, "en": text} for name, text in contract.items()}
    show = {"unit": "pct", "good": "down", "headline": "night_pct", "low": "low_pct", "high": "high_pct"}
    show |= {"target": 20, "min_count": 10, "over": "cases", "where": where} | said
    named = [*WEEKS[-weeks:], "base"]
    rows = [
        {"week": week, "dimension": "all", "group": "all", "n": 200 + 7 * at, "night_pct": 24.5 + at}
        | {"low_pct": 20.1 + at, "high_pct": 30.2 + at, "verdict": "no_reliable_change" if week == WEEK else None}
        for at, week in enumerate(named)
    ]
    added = {name: {"contract": words | show, "fingerprint": "0" * 12, "rows": rows} for name in names}
    return document | {"metrics": document["metrics"] | added}
