"""The job in polars, as clear as our SQL: lazy frames, names as they come, a row for each heading."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import polars.selectors as cs

from tasks.bench import job
from tasks.bench.plan import Plan

HEADINGS = ("all", "department", "source")
KEY = ["week", "dimension", "group"]
COUNTS = {"n", "answered", "authors", "on_time", "pending", "within_a_week", "ever_answered", "answered_while_closed"}
CLOCKS = ("calendar", "open")
Z = 1.959963984540054
SEVEN_DAYS = 7 * 24 * 3600
#: Where a quantile is read: a hair more than a half is a half.
QUANTILES = {"median": 0.5 + 1e-9, "p90": 0.1 + 1e-9}


def work(plan: Plan) -> dict[str, pl.DataFrame]:
    """The three metrics."""
    asked = conversations(plan).collect().lazy()  # once: everything below reads it
    headed = pl.concat([under(asked, heading) for heading in HEADINGS])
    counts, rates, *times = pl.collect_all(
        [counted(headed), matured(headed), *(waiting_times(headed, clock) for clock in CLOCKS)]
    )
    first = counts.select(*KEY, "n", "answered", "answered_while_closed", "authors", cs.contains("_seconds"))
    for one in times:
        first = first.join(one, on=KEY, how="left")
    due = counts.select(
        *KEY,
        pl.col("due").alias("n"),
        pl.col("due_authors").alias("authors"),
        "on_time",
        share_pct("on_time", "due").alias("on_time_pct"),
        *wilson("on_time", "due"),
        (pl.col("n") - pl.col("due")).alias("pending"),
    )
    rate = rates.with_columns(
        share_pct("within_a_week", "n").alias("answered_pct"),
        *wilson("within_a_week", "n"),
        share_pct("ever_answered", "n").alias("ever_answered_pct"),
    )
    tables = {"first_response_time": first, "sla_attainment": due, "response_rate": rate}
    return {name: _every_week(plan, table) for name, table in tables.items()}


def conversations(plan: Plan) -> pl.LazyFrame:
    """First turns, cut off: how long each waited on both clocks, and how it is judged."""
    turns = pl.scan_parquet(plan.turns)
    later = turns.filter("ends").group_by("item_id").agg(later_at=pl.col("answered_at").min())
    schedules = pl.LazyFrame(plan.schedules, schema=["department", "source", "schedule"], orient="row")
    weeks = {"iso_week": plan.weeks, "next_week": [*plan.weeks[1:], None], "cutoff": plan.cutoff_seconds}
    cut = pl.LazyFrame(weeks | {"next_cutoff": [*plan.cutoff_seconds[1:], None]})
    until = pl.min_horizontal("ended", "cutoff")
    asked = (
        turns.filter(~pl.col("ends"), pl.col("turn_no") == 1)
        .join(later, on="item_id", how="left")
        .join(schedules, on=["department", "source"])
        .join(cut, on="iso_week")
        .select(
            week="iso_week",
            next_week="next_week",
            department="department",
            source="source",
            author="author",
            schedule="schedule",
            cutoff="cutoff",
            next_cutoff="next_cutoff",
            asked=pl.col("asked_at").dt.epoch("s"),
            ended=pl.min_horizontal("answered_at", "later_at").dt.epoch("s"),
        )
        .filter(pl.col("asked") <= pl.col("cutoff"))
        .with_columns(until=until)
    )
    for moment in ("asked", "until", "cutoff"):
        asked = placed(plan, asked, moment)
    return asked.select(
        "week",
        "next_week",
        "department",
        "source",
        "author",
        answered=(pl.col("ended") <= pl.col("cutoff")).fill_null(False),
        calendar=pl.col("until") - pl.col("asked"),
        open=pl.col("until_place") - pl.col("asked_place"),
        due=pl.col("cutoff_place") - pl.col("asked_place") >= plan.target_seconds,
        kept=pl.col("until_place") - pl.col("asked_place") <= plan.target_seconds,
        matured=(pl.col("asked") + SEVEN_DAYS <= pl.col("next_cutoff")).fill_null(False),
        in_time=(pl.col("ended") - pl.col("asked") <= SEVEN_DAYS).fill_null(False),
        ever=(pl.col("ended") <= pl.col("next_cutoff")).fill_null(False),
    )


def placed(plan: Plan, frame: pl.LazyFrame, moment: str) -> pl.LazyFrame:
    """The frame with ``<moment>_place``, the open seconds before a moment on its schedule; two of them subtract."""
    stretches = (
        pl.LazyFrame(plan.stretches, schema=["schedule", "opens", "closes"], orient="row")
        .with_columns(length=pl.col("closes") - pl.col("opens"))
        .with_columns(before=(pl.col("length").cum_sum() - pl.col("length")).over("schedule"))
        .sort("opens")
    )
    since = pl.min_horizontal(pl.col(moment) - pl.col("opens"), "length")
    return (
        frame.sort(moment)
        .join_asof(stretches, left_on=moment, right_on="opens", by="schedule", check_sortedness=False)
        .with_columns((pl.col("before") + since).alias(f"{moment}_place"))
        .drop("opens", "closes", "length", "before")
    )


def under(asked: pl.LazyFrame, heading: str) -> pl.LazyFrame:
    """The conversations under a heading."""
    group = pl.lit("all") if heading == "all" else pl.col(heading)
    return asked.with_columns(dimension=pl.lit(heading), group=group)


def counted(headed: pl.LazyFrame) -> pl.LazyFrame:
    """Whatever is counted of a week's own conversations."""
    answered, due, author = pl.col("answered"), pl.col("due"), pl.col("author")
    return headed.group_by(KEY).agg(
        n=pl.len().cast(pl.Int64),
        answered=answered.sum(),
        answered_while_closed=(answered & (pl.col("open") == 0) & (pl.col("calendar") > 0)).sum(),
        authors=author.n_unique(),
        **{f"followed_{clock}_seconds": pl.col(clock).max() for clock in CLOCKS},
        due=due.sum(),
        due_authors=author.filter(due).n_unique(),
        on_time=(due & answered & pl.col("kept")).sum(),
    )


def matured(headed: pl.LazyFrame) -> pl.LazyFrame:
    """The conversations whose seven days are over, counted in the week after their own."""
    return (
        headed.filter("matured")
        .group_by(pl.col("next_week").alias("week"), "dimension", "group")
        .agg(
            n=pl.len().cast(pl.Int64),
            authors=pl.col("author").n_unique(),
            within_a_week=pl.col("in_time").sum(),
            ever_answered=pl.col("ever").sum(),
        )
    )


def waiting_times(headed: pl.LazyFrame, clock: str) -> pl.LazyFrame:
    """Kaplan-Meier medians and ninetieth percentiles, with exponential Greenwood (log-log) intervals."""
    ended, waiting, log_share = pl.col("ended"), pl.col("waiting"), pl.col("log_share")
    nobody = waiting == ended  # the last one was answered: nobody waits any more, and that is certain
    arm = (Z * pl.col("variance").sqrt() / -log_share).exp()
    curve = (
        headed.group_by(*KEY, pl.col(clock).alias("seconds"))
        .agg(ended=pl.col("answered").sum().cast(pl.Int64), gone=pl.len().cast(pl.Int64))
        .sort(*KEY, "seconds")
        .with_columns(waiting=pl.col("gone").cum_sum(reverse=True).over(KEY))
        .filter(ended > 0)
        .with_columns(
            log_share=(1 - ended / waiting).log().cum_sum().over(KEY),
            variance=(ended / (waiting * (waiting - ended))).cum_sum().over(KEY),
        )
        .select(
            *KEY,
            "seconds",
            pl.when(nobody).then(0.0).otherwise(log_share.exp()).alias(""),
            pl.when(nobody).then(0.0).otherwise((log_share * arm).exp()).alias("low_"),
            pl.when(nobody).then(0.0).otherwise((log_share / arm).exp()).alias("high_"),
        )
    )
    return curve.group_by(KEY).agg(
        pl.col("seconds").filter(pl.col(end) <= level).min().alias(f"{name}_{clock}_{end}seconds")
        for name, level in QUANTILES.items()
        for end in ("", "low_", "high_")
    )


def _every_week(plan: Plan, table: pl.DataFrame) -> pl.DataFrame:
    """The weeks asked for, with a row for each week's total whether anything happened or not."""
    weeks = pl.DataFrame({"week": plan.weeks[1:]})
    totals = weeks.with_columns(dimension=pl.lit("all"), group=pl.lit("all"))
    counts = pl.col(*(name for name in table.columns if name in COUNTS))
    return (
        table.join(weeks, on="week", how="semi")
        .join(totals, on=KEY, how="full", coalesce=True)
        .with_columns(counts.fill_null(0))
        .sort(KEY)
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
