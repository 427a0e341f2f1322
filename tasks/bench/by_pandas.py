"""The job in pandas: columns as numpy arrays, codes for weeks and groups, one sort for each heading and clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.bench import job
from tasks.bench.plan import Plan

KEY = ["week_no", "dimension", "group"]
COUNTS = ["n", "answered", "authors", "on_time", "pending", "within_a_week", "ever_answered"]
CLOCKS = ("calendar", "open")
Z = 1.959963984540054
SEVEN_DAYS = 7 * 24 * 3600
#: Room in a whole number for twice the seconds of a wait, or for a person; and for a moment.
ROOM, MOMENT = 2**32, 2**40
#: Later than anything: not answered.
NEVER = np.iinfo(np.int64).max
#: Where a quantile is read: a hair more than a half is a half.
QUANTILES = {"median": 0.5 + 1e-9, "p90": 0.1 + 1e-9}
Whole = npt.NDArray[np.int64]
Share = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
COLUMNS = ["iso_week", "ends", "item_id", "author", "turn_no", "source", "department", "asked_at", "answered_at"]


def work(plan: Plan) -> dict[str, pd.DataFrame]:
    """The three metrics."""
    names = {
        "all": ["all"],
        "department": list(dict.fromkeys(department for department, _, _ in plan.schedules)),
        "source": list(dict.fromkeys(source for _, source, _ in plan.schedules)),
    }
    asked = conversations(plan, names)
    tables = []
    for heading, groups in names.items():
        code = asked["week_no"] * len(groups) + (asked[heading] if heading != "all" else 0)
        figures = counted(code, asked, plan.target_seconds, len(plan.weeks) * len(groups))
        for clock in CLOCKS:
            figures |= waiting_times(code, asked[clock], asked["answered"], clock, len(figures["n"]))
        table = pd.DataFrame(figures)
        table.insert(0, "week_no", np.arange(len(table)) // len(groups))
        table.insert(1, "dimension", heading)
        table.insert(2, "group", np.tile(groups, len(plan.weeks)))
        tables.append(table[table["n"] > 0])
    return _metrics(plan, pd.concat(tables))


def conversations(plan: Plan, names: dict[str, list[str]]) -> dict[str, npt.NDArray[Any]]:
    """First turns, cut off: how long each waited on both clocks, and how it is judged; a column each."""
    texts = ["iso_week", "author", "source", "department"]
    read = pd.read_parquet(  # type: ignore[call-overload]  # its types know one path, it reads many
        plan.turns, columns=COLUMNS, read_dictionary=texts, partitioning=None
    )
    later = read.loc[read["ends"], ["item_id", "answered_at"]].dropna().groupby("item_id")["answered_at"].min()
    own = read[~read["ends"] & (read["turn_no"] == 1)]
    answered_at = own["answered_at"].fillna(own["item_id"].map(later))
    number = {name: {text: place for place, text in enumerate(listed)} for name, listed in names.items()}
    number["iso_week"] = {week: place for place, week in enumerate(plan.weeks)}
    code = {name: _codes(own[name], places) for name, places in number.items() if name != "all"}
    schedule = np.zeros((len(names["department"]), len(names["source"])), np.int64)
    for department, source, one in plan.schedules:
        schedule[number["department"][department], number["source"][source]] = one
    hours = schedule[code["department"], code["source"]]
    cutoffs = np.array([*plan.cutoff_seconds, 0])
    cutoff, next_cutoff = cutoffs[code["iso_week"]], cutoffs[code["iso_week"] + 1]
    asked, ended = _seconds(own["asked_at"]), _seconds(answered_at)
    answered = ended <= cutoff
    asked_place = open_place(plan, hours, asked)
    until = np.minimum(ended, cutoff)
    cutoff_places = open_place(plan, np.arange(schedule.max() + 1)[:, None], cutoffs[None, :-1])
    age = cutoff_places[hours, code["iso_week"]] - asked_place
    columns = {
        "week_no": code["iso_week"],
        "department": code["department"],
        "source": code["source"],
        "author": own["author"].cat.codes.to_numpy(np.int64),
        "answered": answered,
        "calendar": until - asked,
        "open": open_place(plan, hours, until) - asked_place,
        "due": age >= plan.target_seconds,
        "matured": asked + SEVEN_DAYS <= next_cutoff,
        "in_time": ended <= asked + SEVEN_DAYS,
        "ever": ended <= next_cutoff,
    }
    known = asked <= cutoff
    return columns if known.all() else {name: values[known] for name, values in columns.items()}


def _codes(column: pd.Series[Any], places: dict[str, int]) -> Whole:
    """A category's own codes, translated."""
    order = np.array([places.get(text, -1) for text in column.cat.categories], np.int64)  # -1: rows left out
    return order[column.cat.codes.to_numpy()]


def _seconds(moments: pd.Series[Any]) -> Whole:
    """Since 1970; NEVER where there is none."""
    whole = moments.to_numpy("datetime64[s]").astype(np.int64)
    return np.where(moments.isna().to_numpy(), NEVER, whole)


def open_place(plan: Plan, schedule: Whole, second: Whole) -> Whole:
    """The number of open seconds before a moment; two places on one schedule subtract."""
    number, opens, closes = np.array(plan.stretches, np.int64).T
    keys, length = number * MOMENT + opens, closes - opens
    before = np.cumsum(length) - length
    moment = schedule * MOMENT + second
    at = np.searchsorted(keys, moment, side="right") - 1
    place: Whole = before[at] + np.minimum(moment - keys[at], length[at])
    return place


def counted(
    code: Whole, asked: dict[str, npt.NDArray[Any]], target_seconds: int, size: int
) -> dict[str, Share | Whole]:
    """Per code whatever is counted, for all three metrics at once."""
    answered, due, matured, author = asked["answered"], asked["due"], asked["matured"], asked["author"]

    def people(which: Truth | None = None) -> Whole:
        keys = code * ROOM + author
        return _count(_distinct(keys if which is None else keys[which]) // ROOM, size)

    figures: dict[str, Share | Whole] = {
        "n": _count(code, size),
        "answered": _count(code[answered], size),
        "authors": people(),
        "due": _count(code[due], size),
        "due_authors": people(due),
        "on_time": _count(code[due & answered & (asked["open"] <= target_seconds)], size),
        "matured": _count(code[matured], size),
        "matured_authors": people(matured),
        "in_time": _count(code[matured & asked["in_time"]], size),
        "ever": _count(code[matured & asked["ever"]], size),
    }
    for clock in CLOCKS:
        longest = np.zeros(size, np.int64)
        np.maximum.at(longest, code, asked[clock])
        figures[f"followed_{clock}_seconds"] = longest
    return figures


def _count(code: Whole, size: int) -> Whole:
    return np.bincount(code, minlength=size)


def _distinct(keys: Whole) -> Whole:
    """As np.unique, by sorting: hashing is slower here."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def waiting_times(code: Whole, seconds: Whole, answered: Truth, clock: str, size: int) -> dict[str, Share]:
    """Kaplan-Meier medians and ninetieth percentiles per code, with exponential Greenwood (log-log) intervals.

    A mark is twice the seconds, plus one for who still waits: answers come first in a tie.
    """
    keys = np.sort(code * ROOM + 2 * seconds + ~answered)
    curve, mark = keys // ROOM, keys % ROOM
    n = _count(curve, size)
    end = np.cumsum(n)
    waiting = end[curve] - np.arange(len(keys))
    ends = mark % 2 == 0
    hit = ends & (waiting > 1)
    left = np.where(hit, waiting, 2)
    # Sums run over the whole column; what they had come to where a curve begins is taken off.
    log_share = _since(np.where(hit, np.log((left - 1) / left), 0.0), curve, end - n)
    variance = _since(np.where(hit, 1.0 / (left * (left - 1.0)), 0.0), curve, end - n)
    is_step = ends & np.append(keys[1:] != keys[:-1], True)  # of a tie only the last answer is a step
    curve, seconds, log_share, variance = curve[is_step], mark[is_step] // 2, log_share[is_step], variance[is_step]
    nobody = waiting[is_step] == 1
    with np.errstate(divide="ignore", invalid="ignore"):  # a curve of one has no step but to nobody
        arm = np.exp(Z * np.sqrt(variance) / -log_share)
        curves = {"": np.exp(log_share), "low_": np.exp(log_share * arm), "high_": np.exp(log_share / arm)}
    found = {}
    for name, level in QUANTILES.items():
        for which, share in curves.items():
            reached = nobody | (share <= level)
            codes, first = np.unique(curve[reached], return_index=True)
            found[f"{name}_{clock}_{which}seconds"] = values = np.full(size, np.nan)
            values[codes] = seconds[reached][first]
    return found


def _since(steps: Share, curve: Whole, begin: Whole) -> Share:
    total = np.append(0.0, np.cumsum(steps))
    since: Share = total[1:] - total[begin[curve]]
    return since


def _metrics(plan: Plan, figures: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What each metric says of it, a row for every week's total whether anything happened or not."""
    first = figures[[*KEY, "n", "answered", "authors", *_seconds_of(figures)]]
    sla = figures[[*KEY, "on_time"]].assign(
        n=figures["due"],
        authors=figures["due_authors"],
        on_time_pct=share_pct(figures["on_time"], figures["due"]),
        **wilson(figures["on_time"], figures["due"]),
        pending=figures["n"] - figures["due"],
    )
    matured = figures[figures["matured"] > 0]
    rate = matured[["dimension", "group"]].assign(
        week_no=matured["week_no"] + 1,
        n=matured["matured"],
        authors=matured["matured_authors"],
        within_a_week=matured["in_time"],
        ever_answered=matured["ever"],
        answered_pct=share_pct(matured["in_time"], matured["matured"]),
        **wilson(matured["in_time"], matured["matured"]),
        ever_answered_pct=share_pct(matured["ever"], matured["matured"]),
    )
    tables = {"first_response_time": first, "sla_attainment": sla, "response_rate": rate}
    return {name: _every_week(plan, table) for name, table in tables.items()}


def _every_week(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    totals = pd.DataFrame({"week_no": range(1, len(plan.weeks)), "dimension": "all", "group": "all"})
    full = table[table["week_no"].between(1, len(plan.weeks) - 1)].merge(totals, on=KEY, how="outer")
    counts = [name for name in COUNTS if name in full]
    full[counts] = full[counts].fillna(0).astype("Int64")
    seconds = _seconds_of(full)
    full[seconds] = full[seconds].astype("Int64")
    full.insert(0, "week", np.array(plan.weeks)[full["week_no"]])
    return full.drop(columns="week_no").sort_values(["week", "dimension", "group"], ignore_index=True)


def _seconds_of(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.columns if str(name).endswith("_seconds")]


def share_pct(hits: pd.Series[Any], n: pd.Series[Any]) -> pd.Series[Any]:
    """Four decimals; nothing of nothing."""
    return (100.0 * hits / n.where(n > 0)).round(4)


def wilson(hits: pd.Series[Any], n: pd.Series[Any]) -> dict[str, pd.Series[Any]]:
    """The Wilson score interval of a share, in per cent."""
    of = n.where(n > 0).astype(float)
    share = hits / of
    arm = Z * np.sqrt(share * (1.0 - share) / of + Z**2 / 4 / of**2)
    middle, under = share + Z**2 / 2 / of, 1.0 + Z**2 / of
    return {
        "low_pct": (100.0 * ((middle - arm) / under).clip(lower=0.0)).round(4),
        "high_pct": (100.0 * ((middle + arm) / under).clip(upper=1.0)).round(4),
    }


def save(answer: dict[str, pd.DataFrame], folder: Path) -> None:
    """A file per metric."""
    for name, table in answer.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)


if __name__ == "__main__":
    job.main(work, save)
