"""The job in polars: one lazy plan from the partitions to conversations, then a lazy frame for each question.

Weeks, departments and sources become codes, so that the curves of a heading are one sorted column of whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import polars.selectors as cs

from tasks.bench import job
from tasks.bench.plan import Plan

KEY = ["week_no", "dimension", "group"]
COUNTS = {"n", "answered", "authors", "on_time", "pending", "within_a_week", "ever_answered"}
CLOCKS = ("calendar", "open")
Z = 1.959963984540054
SEVEN_DAYS = 7 * 24 * 3600
#: Room in a whole number for twice the seconds of a wait; and for a moment.
WAIT, MOMENT = 2**32, 2**40
#: The end of an interval for a share, and where a quantile is read: a hair more than a half is a half.
QUANTILES = {"median": 0.5 + 1e-9, "p90": 0.1 + 1e-9}


def work(plan: Plan) -> dict[str, pl.DataFrame]:
    """The three metrics.

    The streaming engine reads: up to a tenth slower there than the other, at 10 million, for two thirds of its memory.
    """
    names = {"all": ["all"], "department": _distinct(plan, 0), "source": _distinct(plan, 1)}
    asked = conversations(plan, names).collect(engine="streaming").lazy()
    frames = []
    for heading, groups in names.items():
        code = pl.col("week_no") * len(groups) + (0 if heading == "all" else pl.col(heading))
        coded = asked.with_columns(code=code.cast(pl.Int64))
        frames += [counted(coded, plan.target_seconds), *(waiting_times(coded, clock) for clock in CLOCKS)]
    done = iter(pl.collect_all(frames))
    tables = [_named(heading, groups, done) for heading, groups in names.items()]
    return _metrics(plan, pl.concat(tables))


def _distinct(plan: Plan, place: int) -> list[str]:
    return list(dict.fromkeys(str(row[place]) for row in plan.schedules))


def conversations(plan: Plan, names: dict[str, list[str]]) -> pl.LazyFrame:
    """First turns, cut off: how long each waited on both clocks, and how it is judged."""
    read = pl.scan_parquet(plan.turns)
    later = read.filter("ends").group_by("item_id").agg(later_at=pl.col("answered_at").min())
    place = open_clock(plan)
    ended = pl.min_horizontal("ended", "cutoff")
    return (
        read.filter(~pl.col("ends"), pl.col("turn_no") == 1)
        .select("iso_week", "item_id", "author", "source", "department", "asked_at", "answered_at")
        .join(later, on="item_id", how="left")
        .join(desks(plan, place), on=["iso_week", "department", "source"])
        .select(
            "week_no",
            "schedule",
            "cutoff",
            "next_cutoff",
            "cutoff_place",
            pl.col("author").cast(pl.Categorical).to_physical(),
            *(pl.col(one).cast(pl.Enum(names[one])).to_physical() for one in ("department", "source")),
            asked=pl.col("asked_at").dt.epoch("s"),
            ended=pl.min_horizontal("answered_at", "later_at").dt.epoch("s"),
        )
        .filter(pl.col("asked") <= pl.col("cutoff"))
        .with_columns(asked_place=place(pl.col("asked")))
        .select(
            "week_no",
            "department",
            "source",
            "author",
            answered=(pl.col("ended") <= pl.col("cutoff")).fill_null(False),
            calendar=ended - pl.col("asked"),
            open=place(ended) - pl.col("asked_place"),
            due=pl.col("cutoff_place") - pl.col("asked_place") >= plan.target_seconds,
            matured=(pl.col("asked") + SEVEN_DAYS <= pl.col("next_cutoff")).fill_null(False),
            in_time=(pl.col("ended") - pl.col("asked") <= SEVEN_DAYS).fill_null(False),
            ever=(pl.col("ended") <= pl.col("next_cutoff")).fill_null(False),
        )
    )


def desks(plan: Plan, place: Callable[[pl.Expr], pl.Expr]) -> pl.LazyFrame:
    """A row per week, department and source: its cut-offs, and where the first lies on the opening clock."""
    schedules = pl.LazyFrame(plan.schedules, schema=["department", "source", "schedule"], orient="row")
    weeks = {"iso_week": plan.weeks, "week_no": range(len(plan.weeks)), "cutoff": plan.cutoff_seconds}
    return (
        pl.LazyFrame(weeks | {"next_cutoff": [*plan.cutoff_seconds[1:], None]})
        .join(schedules, how="cross")
        .with_columns(cutoff_place=place(pl.col("cutoff")))
    )


def open_clock(plan: Plan) -> Callable[[pl.Expr], pl.Expr]:
    """From a second and the column ``schedule`` to the number of open seconds before it; two of them subtract."""
    opens = pl.Series([schedule * MOMENT + opens for schedule, opens, _ in plan.stretches])
    length = pl.Series([closes - opens for _, opens, closes in plan.stretches])
    before = length.cum_sum() - length

    def place(second: pl.Expr) -> pl.Expr:
        key = pl.col("schedule") * MOMENT + second
        at = pl.lit(opens).search_sorted(key, side="right") - 1
        return pl.lit(before).gather(at) + pl.min_horizontal(key - pl.lit(opens).gather(at), pl.lit(length).gather(at))

    return place


def counted(coded: pl.LazyFrame, target_seconds: int) -> pl.LazyFrame:
    """Per code whatever is counted, for all three metrics at once."""
    due, matured, author = pl.col("due"), pl.col("matured"), pl.col("author")
    return coded.group_by("code").agg(
        n=pl.len().cast(pl.Int64),
        answered=pl.col("answered").sum(),
        authors=author.n_unique(),
        **{f"followed_{clock}_seconds": pl.col(clock).max() for clock in CLOCKS},
        due=due.sum(),
        due_authors=author.filter(due).n_unique(),
        on_time=(due & pl.col("answered") & (pl.col("open") <= target_seconds)).sum(),
        matured=matured.sum(),
        matured_authors=author.filter(matured).n_unique(),
        in_time=(matured & pl.col("in_time")).sum(),
        ever=(matured & pl.col("ever")).sum(),
    )


def waiting_times(coded: pl.LazyFrame, clock: str) -> pl.LazyFrame:
    """Kaplan-Meier medians and ninetieth percentiles per code, with exponential Greenwood (log-log) intervals.

    A mark is twice the seconds, plus one for who still waits: answers come first in a tie.
    """
    censored = (~pl.col("answered")).cast(pl.Int64)
    mark, waiting = pl.col("mark"), pl.col("waiting")
    marks = (
        coded.select(key=pl.col("code") * WAIT + 2 * pl.col(clock) + censored)
        .sort("key")
        .with_columns(code=pl.col("key") // WAIT, mark=pl.col("key") % WAIT)
    )
    hit = (mark % 2 == 0) & (waiting > 1)
    share, log_share = pl.col("share"), pl.col("log_share")
    arm = (Z * pl.col("variance").sqrt() / -log_share).exp()
    walked = (
        marks.with_columns(
            waiting=(pl.len() - pl.int_range(pl.len())).over("code"),
            # Of a tie only the last answer is a step.
            is_last=(pl.col("key") != pl.col("key").shift(-1)).fill_null(True),
        )
        .with_columns(
            log_share=pl.when(hit).then(((waiting - 1) / waiting).log()).otherwise(0.0).cum_sum().over("code"),
            variance=pl.when(hit).then(1.0 / (waiting * (waiting - 1))).otherwise(0.0).cum_sum().over("code"),
        )
        .filter(mark % 2 == 0, "is_last")
        .with_columns(nobody=waiting == 1, seconds=mark // 2)
        .select(
            "code",
            "seconds",
            share=pl.when("nobody").then(0.0).otherwise(log_share.exp()),
            low=pl.when("nobody").then(0.0).otherwise((log_share * arm).exp()),
            high=pl.when("nobody").then(0.0).otherwise((log_share / arm).exp()),
        )
    )
    ends = {"": share, "low_": pl.col("low"), "high_": pl.col("high")}
    return walked.group_by("code").agg(
        pl.col("seconds").filter(end <= level).min().alias(f"{name}_{clock}_{which}seconds")
        for name, level in QUANTILES.items()
        for which, end in ends.items()
    )


def _named(heading: str, groups: list[str], done: Iterator[pl.DataFrame]) -> pl.DataFrame:
    """One heading's figures side by side, with the names of their weeks and groups."""
    figures = next(done)
    for _ in CLOCKS:
        figures = figures.join(next(done), on="code", how="left")
    week_no = pl.col("code") // len(groups)
    return figures.select(
        week_no.alias("week_no"),
        pl.lit(heading).alias("dimension"),
        pl.lit(pl.Series(groups)).gather(pl.col("code") % len(groups)).alias("group"),
        pl.exclude("code", "week_no"),
    )


def _metrics(plan: Plan, figures: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What each metric says of it, a row for every week's total whether anything happened or not."""
    due, matured = pl.col("due"), pl.col("matured")
    first = figures.select("week_no", "dimension", "group", "n", "answered", "authors", cs.contains("_seconds"))
    sla = figures.select(
        *KEY,
        due.alias("n"),
        pl.col("due_authors").alias("authors"),
        "on_time",
        share_pct("on_time", "due").alias("on_time_pct"),
        *wilson("on_time", "due"),
        (pl.col("n") - due).alias("pending"),
    )
    rate = figures.filter(matured > 0).select(
        pl.col("week_no") + 1,
        "dimension",
        "group",
        matured.alias("n"),
        pl.col("matured_authors").alias("authors"),
        pl.col("in_time").alias("within_a_week"),
        pl.col("ever").alias("ever_answered"),
        share_pct("in_time", "matured").alias("answered_pct"),
        *wilson("in_time", "matured"),
        share_pct("ever", "matured").alias("ever_answered_pct"),
    )
    return {
        name: _every_week(plan, table)
        for name, table in {"first_response_time": first, "sla_attainment": sla, "response_rate": rate}.items()
    }


def _every_week(plan: Plan, table: pl.DataFrame) -> pl.DataFrame:
    weeks = {"week_no": range(len(plan.weeks)), "week": plan.weeks}
    totals = pl.DataFrame(weeks).with_columns(dimension=pl.lit("all"), group=pl.lit("all")).drop("week")
    counts = pl.col(*(name for name in table.columns if name in COUNTS))
    return (
        table.join(totals, on=KEY, how="full", coalesce=True)
        .filter(pl.col("week_no").is_between(1, len(plan.weeks) - 1))
        .join(pl.DataFrame(weeks), on="week_no")
        .with_columns(counts.fill_null(0))
        .select("week", pl.exclude("week", "week_no"))
        .sort("week", "dimension", "group")
    )


def share_pct(hits: str, n: str) -> pl.Expr:
    """Four decimals; null of nothing."""
    return (100.0 * pl.col(hits) / pl.when(pl.col(n) > 0).then(n)).round(4)


def wilson(hits: str, n: str) -> list[pl.Expr]:
    """The Wilson score interval of a share, in per cent."""
    of = pl.when(pl.col(n) > 0).then(pl.col(n).cast(pl.Float64))
    share = pl.col(hits) / of
    arm = Z * (share * (1.0 - share) / of + Z**2 / 4 / of**2).sqrt()
    middle, under = share + Z**2 / 2 / of, 1.0 + Z**2 / of
    return [
        (100.0 * ((middle - arm) / under).clip(lower_bound=0.0)).round(4).alias("low_pct"),
        (100.0 * ((middle + arm) / under).clip(upper_bound=1.0)).round(4).alias("high_pct"),
    ]


def save(answer: dict[str, pl.DataFrame], folder: Path) -> None:
    """A file per metric."""
    for name, table in answer.items():
        table.write_parquet(folder / f"{name}.parquet")


if __name__ == "__main__":
    job.main(work, save)
