-- Kaplan-Meier, in one place. A "waiting line" is a table with week, dimension, "group", calendar_seconds,
-- open_seconds and ended: how long each has waited on both clocks, and whether that is over. Who still waits at the
-- cut-off counts as waiting, not as missing.
--
-- Each curve is sorted once, as whole numbers (twice the seconds, plus one for who still waits, so that answers come
-- first in a tie), and walked once. Of a tie only the last answer is a step.
--   still_waiting_share    S(t): the estimated share that has no answer after so many seconds
--   low_share, high_share  its 95 % interval: exponential Greenwood (log-log), as in Kalbfleisch & Prentice (2002), 1.4
--   waiting                how many still waited just before

CREATE MACRO core.kaplan_meier(line) AS TABLE
    WITH sorted AS (
        SELECT
            week,
            dimension,
            "group",
            count(*) AS n,
            list_sort(list(2 * calendar_seconds + if(ended, 0, 1))) AS calendar_marks,
            list_sort(list(2 * open_seconds + if(ended, 0, 1))) AS open_marks
        FROM query_table(line)
        GROUP BY week, dimension, "group"
    ),

    curve AS (
        SELECT row_number() OVER () AS curve, week, dimension, "group", 'calendar' AS clock, n, calendar_marks AS marks
        FROM sorted
        UNION ALL
        SELECT -row_number() OVER () AS curve, week, dimension, "group", 'open' AS clock, n, open_marks AS marks
        FROM sorted
    ),

    mark AS (
        SELECT
            curve,
            unnest(marks) AS mark,
            unnest(marks[2:]) AS next_mark,
            n - generate_subscripts(marks, 1) + 1 AS waiting
        FROM curve
    ),

    walked AS (
        SELECT
            curve,
            mark // 2 AS seconds,
            waiting,
            mark % 2 = 0 AND coalesce(next_mark <> mark, TRUE) AS is_step,
            sum(if(mark % 2 = 0 AND waiting > 1, ln((waiting - 1) / waiting), 0.0)) OVER so_far AS log_share,
            sum(if(mark % 2 = 0 AND waiting > 1, 1.0 / (waiting * (waiting - 1)), 0.0)) OVER so_far AS variance
        FROM mark
        WINDOW so_far AS (PARTITION BY curve ORDER BY waiting DESC ROWS UNBOUNDED PRECEDING)
    )

    SELECT
        curve.curve,
        curve.week,
        curve.dimension,
        curve."group",
        curve.clock,
        walked.seconds,
        walked.waiting,
        -- The last one of all was answered: nobody waits any more, and that is certain.
        if(walked.waiting = 1, 0.0, exp(walked.log_share)) AS still_waiting_share,
        if(
            walked.waiting = 1, 0.0,
            exp(walked.log_share * exp(1.959963984540054 * sqrt(walked.variance) / -walked.log_share))
        ) AS low_share,
        if(
            walked.waiting = 1, 0.0,
            exp(walked.log_share * exp(-1.959963984540054 * sqrt(walked.variance) / -walked.log_share))
        ) AS high_share
    FROM walked
    INNER JOIN curve ON walked.curve = curve.curve
    WHERE walked.is_step;

-- The median and the ninetieth percentile on both clocks: the first moment at which so few still wait; NULL when the
-- curve never comes that low. Interval ends are where the interval of the curve does (Brookmeyer & Crowley 1982).
-- A hair more than a half is a half: shares are products of rounded numbers.

CREATE MACRO core.waiting_times(line) AS TABLE
    WITH reached AS (
        SELECT
            any_value(week) AS week,
            any_value(dimension) AS dimension,
            any_value("group") AS "group",
            any_value(clock) AS clock,
            min(seconds) FILTER (still_waiting_share <= 0.5 + 1e-9) AS median_seconds,
            min(seconds) FILTER (low_share <= 0.5 + 1e-9) AS median_low_seconds,
            min(seconds) FILTER (high_share <= 0.5 + 1e-9) AS median_high_seconds,
            min(seconds) FILTER (still_waiting_share <= 0.1 + 1e-9) AS p90_seconds,
            min(seconds) FILTER (low_share <= 0.1 + 1e-9) AS p90_low_seconds,
            min(seconds) FILTER (high_share <= 0.1 + 1e-9) AS p90_high_seconds
        FROM core.kaplan_meier(line)
        GROUP BY curve
    )

    SELECT
        week,
        dimension,
        "group",
        min(median_seconds) FILTER (clock = 'calendar') AS median_calendar_seconds,
        min(median_low_seconds) FILTER (clock = 'calendar') AS median_calendar_low_seconds,
        min(median_high_seconds) FILTER (clock = 'calendar') AS median_calendar_high_seconds,
        min(p90_seconds) FILTER (clock = 'calendar') AS p90_calendar_seconds,
        min(p90_low_seconds) FILTER (clock = 'calendar') AS p90_calendar_low_seconds,
        min(p90_high_seconds) FILTER (clock = 'calendar') AS p90_calendar_high_seconds,
        min(median_seconds) FILTER (clock = 'open') AS median_open_seconds,
        min(median_low_seconds) FILTER (clock = 'open') AS median_open_low_seconds,
        min(median_high_seconds) FILTER (clock = 'open') AS median_open_high_seconds,
        min(p90_seconds) FILTER (clock = 'open') AS p90_open_seconds,
        min(p90_low_seconds) FILTER (clock = 'open') AS p90_open_low_seconds,
        min(p90_high_seconds) FILTER (clock = 'open') AS p90_open_high_seconds
    FROM reached
    GROUP BY week, dimension, "group";
