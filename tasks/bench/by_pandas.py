"""The job in pandas, as clear as our SQL: names as they come, a row for each heading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tasks.bench import job
from tasks.bench.plan import Plan

HEADINGS = ("all", "department", "source")
KEY = ["week", "dimension", "group"]
COUNTS = ["n", "answered", "authors", "on_time", "pending", "within_a_week", "ever_answered", "answered_while_closed"]
CLOCKS = ("calendar", "open")
Z = 1.959963984540054
SEVEN_DAYS = pd.Timedelta(days=7)
#: Where a quantile is read: a hair more than a half is a half.
QUANTILES = {"median": 0.5 + 1e-9, "p90": 0.1 + 1e-9}
COLUMNS = ["iso_week", "ends", "item_id", "author", "turn_no", "source", "department", "asked_at", "answered_at"]


def work(plan: Plan) -> dict[str, pd.DataFrame]:
    """The three metrics."""
    asked = conversations(plan)
    headed = pd.concat([under(asked, heading) for heading in HEADINGS], ignore_index=True)
    counts = counted(headed)
    first = counts[
        ["n", "answered", "answered_while_closed", "authors", *(f"followed_{one}_seconds" for one in CLOCKS)]
    ]
    first = first.join([waiting_times(headed, clock) for clock in CLOCKS])
    due = pd.DataFrame(
        {
            "n": counts["due"],
            "authors": counts["due_authors"],
            "on_time": counts["on_time"],
            "on_time_pct": share_pct(counts["on_time"], counts["due"]),
            **wilson(counts["on_time"], counts["due"]),
            "pending": counts["n"] - counts["due"],
        }
    )
    rate = matured(headed)
    rate = rate.assign(
        answered_pct=share_pct(rate["within_a_week"], rate["n"]),
        **wilson(rate["within_a_week"], rate["n"]),
        ever_answered_pct=share_pct(rate["ever_answered"], rate["n"]),
    )
    tables = {"first_response_time": first, "sla_attainment": due, "response_rate": rate}
    return {name: _every_week(plan, table.reset_index()) for name, table in tables.items()}


def conversations(plan: Plan) -> pd.DataFrame:
    """First turns, cut off: how long each waited on both clocks, and how it is judged."""
    turns = pd.read_parquet(plan.turns, columns=COLUMNS, partitioning=None)  # type: ignore[call-overload]  # many paths
    later = turns[turns["ends"]].groupby("item_id")["answered_at"].min().rename("later_at")
    schedules = pd.DataFrame(plan.schedules, columns=["department", "source", "schedule"])
    weeks = pd.DataFrame(
        {
            "iso_week": plan.weeks,
            "next_week": [*plan.weeks[1:], None],
            "cutoff": pd.to_datetime(plan.cutoff_seconds, unit="s", utc=True),
        }
    )
    weeks["next_cutoff"] = weeks["cutoff"].shift(-1)
    asked: pd.DataFrame = (
        turns[~turns["ends"] & (turns["turn_no"] == 1)]
        .merge(later, on="item_id", how="left")
        .merge(schedules, on=["department", "source"])
        .merge(weeks, on="iso_week")
        .query("asked_at <= cutoff")
        .rename(columns={"iso_week": "week"})
    )
    ended = asked["answered_at"].fillna(asked["later_at"])
    week_later = asked["asked_at"] + SEVEN_DAYS
    asked["answered"] = ended <= asked["cutoff"]
    asked["until"] = ended.where(asked["answered"], asked["cutoff"])
    asked["matured"] = week_later <= asked["next_cutoff"]
    asked["in_time"] = ended <= week_later
    asked["ever"] = ended <= asked["next_cutoff"]
    for moment in ("asked_at", "until", "cutoff"):
        asked = placed(plan, asked, moment)
    asked["calendar"] = _seconds(asked["until"] - asked["asked_at"])
    asked["open"] = asked["until_place"] - asked["asked_at_place"]
    asked["due"] = asked["cutoff_place"] - asked["asked_at_place"] >= plan.target_seconds
    asked["kept"] = asked["open"] <= plan.target_seconds
    return asked


def placed(plan: Plan, frame: pd.DataFrame, moment: str) -> pd.DataFrame:
    """The frame with ``<moment>_place``, the open seconds before a moment on its schedule; two of them subtract."""
    stretches = pd.DataFrame(plan.stretches, columns=["schedule", "opens", "closes"])
    length = stretches["closes"] - stretches["opens"]
    stretches["before"] = length.groupby(stretches["schedule"]).cumsum() - length
    stretches["length"] = length
    stretches["opens"] = pd.to_datetime(stretches["opens"], unit="s", utc=True).astype(frame[moment].dtype)
    frame = pd.merge_asof(
        frame.sort_values(moment), stretches.sort_values("opens"), left_on=moment, right_on="opens", by="schedule"
    )
    since = np.minimum(_seconds(frame[moment] - frame["opens"]), frame["length"])
    frame[f"{moment}_place"] = frame["before"] + since
    return frame.drop(columns=["opens", "closes", "length", "before"])


def _seconds(length: pd.Series[Any]) -> pd.Series[Any]:
    seconds: pd.Series[Any] = length.dt.total_seconds().astype("int64")
    return seconds


def under(asked: pd.DataFrame, heading: str) -> pd.DataFrame:
    """The conversations under a heading."""
    return asked.assign(dimension=heading, group="all" if heading == "all" else asked[heading])


def counted(headed: pd.DataFrame) -> pd.DataFrame:
    """Whatever is counted of a week's own conversations."""
    marked = headed.assign(
        answered_while_closed=headed["answered"] & (headed["open"] == 0) & (headed["calendar"] > 0),
        due_author=headed["author"].where(headed["due"]),
        on_time=headed["due"] & headed["answered"] & headed["kept"],
    )
    return marked.groupby(KEY).agg(
        n=("author", "size"),
        answered=("answered", "sum"),
        answered_while_closed=("answered_while_closed", "sum"),
        authors=("author", "nunique"),
        followed_calendar_seconds=("calendar", "max"),
        followed_open_seconds=("open", "max"),
        due=("due", "sum"),
        due_authors=("due_author", "nunique"),
        on_time=("on_time", "sum"),
    )


def matured(headed: pd.DataFrame) -> pd.DataFrame:
    """The conversations whose seven days are over, counted in the week after their own."""
    over = headed[headed["matured"]].drop(columns="week").rename(columns={"next_week": "week"})
    return over.groupby(KEY).agg(
        n=("author", "size"),
        authors=("author", "nunique"),
        within_a_week=("in_time", "sum"),
        ever_answered=("ever", "sum"),
    )


def waiting_times(headed: pd.DataFrame, clock: str) -> pd.DataFrame:
    """Kaplan-Meier medians and ninetieth percentiles, with exponential Greenwood (log-log) intervals."""
    by_moment = headed.groupby([*KEY, clock])["answered"].agg(ended="sum", gone="size")
    curve = by_moment.reset_index(clock).rename(columns={clock: "seconds"})
    gone = curve.groupby(KEY)["gone"]
    curve["waiting"] = gone.transform("sum") - gone.cumsum() + curve["gone"]
    curve = curve[curve["ended"] > 0]
    ended, waiting = curve["ended"], curve["waiting"]
    # The last one was answered: nobody waits any more, and that is certain.
    nobody = ended == waiting
    left = (waiting - ended).mask(nobody)
    log_share = (left / waiting).apply(np.log).groupby(KEY).cumsum()
    variance = (ended / (waiting * left)).groupby(KEY).cumsum()
    arm = np.exp(Z * np.sqrt(variance) / -log_share)
    ends = {"": np.exp(log_share), "low_": np.exp(log_share * arm), "high_": np.exp(log_share / arm)}
    reached = {
        f"{name}_{clock}_{end}seconds": curve["seconds"].where(nobody | (share <= level))
        for name, level in QUANTILES.items()
        for end, share in ends.items()
    }
    return pd.DataFrame(reached).groupby(KEY).min()


def _every_week(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """The weeks asked for, with a row for each week's total whether anything happened or not."""
    totals = pd.DataFrame({"week": plan.weeks[1:], "dimension": "all", "group": "all"})
    full = table[table["week"].isin(plan.weeks[1:])].merge(totals, on=KEY, how="outer")
    counts = [name for name in COUNTS if name in full]
    full[counts] = full[counts].fillna(0).astype("Int64")
    seconds = [name for name in full.columns if name.endswith("_seconds")]
    full[seconds] = full[seconds].astype("Int64")
    return full.sort_values(KEY, ignore_index=True)


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
