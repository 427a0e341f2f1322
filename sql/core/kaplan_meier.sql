-- Kaplan-Meier, in one place. A "waiting line" is a table with week, dimension, "group", calendar_seconds,
-- open_seconds and ended: how long each has waited on both clocks, and whether that is over. Who still waits at the
-- cut-off counts as waiting, not as missing.
--
-- Each curve is sorted once, as whole numbers (twice the seconds, plus one for who still waits, so that answers come
-- first in a tie), and walked once. Of a tie only the last answer is a step.
--   still_waiting_share    S(t): the estimated share that has no answer after so many seconds
--   low_share, high_share  its 95 % interval: exponential Greenwood (log-log), as in Kalbfleisch & Prentice (2002), 1.4
--   waiting                how many still waited just before
--
-- The walk is one running sum over all curves, one after the other, for a quarter of what a window per curve costs. So
-- that each curve begins at nought, its last one takes back what the others brought; so that this leaves nothing behind,
-- whichever curve comes next, the sums are of whole numbers, in units of 2^-52.

CREATE MACRO core.kaplan_meier(line) AS TABLE
    WITH sorted AS (
        SELECT
            week,
            dimension,
            "group",
            count(*) AS n,
            list_sort(list((2 * calendar_seconds + if(ended, 0, 1))::INTEGER)) AS calendar_marks,
            list_sort(list((2 * open_seconds + if(ended, 0, 1))::INTEGER)) AS open_marks
        FROM query_table(line)
        GROUP BY week, dimension, "group"
    ),

    clocked AS (
        SELECT
            week,
            dimension,
            "group",
            n,
            unnest(['calendar', 'open']) AS clock,
            unnest([calendar_marks, open_marks]) AS marks
        FROM sorted
    ),

    -- What each answer takes off the logarithm of the share, and what it adds to the variance of that.
    curve AS (
        SELECT
            row_number() OVER () AS curve,
            *,
            list_transform(marks, lambda mark, place: if(
                mark % 2 = 0 AND place < n, round(4503599627370496 * ln((n - place + 1) / (n - place)))::BIGINT, 0
            )) AS falls,
            list_transform(marks, lambda mark, place: if(
                mark % 2 = 0 AND place < n, round(4503599627370496 / ((n - place + 1) * (n - place)))::BIGINT, 0
            )) AS spreads
        FROM clocked
    ),

    closed AS (
        SELECT
            * EXCLUDE (falls, spreads),
            list_append(falls[:-2], -list_sum(falls)::BIGINT) AS falls,
            list_append(spreads[:-2], -list_sum(spreads)::BIGINT) AS spreads
        FROM curve
    ),

    mark AS (
        SELECT
            * EXCLUDE (marks, falls, spreads),
            unnest(marks) AS mark,
            unnest(marks[2:]) AS next_mark,
            n - generate_subscripts(marks, 1) + 1 AS waiting,
            unnest(falls) AS fall,
            unnest(spreads) AS spread
        FROM closed
    ),

    walked AS (
        SELECT
            *,
            sum(fall) OVER so_far / 4503599627370496 AS fallen,
            sum(spread) OVER so_far / 4503599627370496 AS variance
        FROM mark
        WINDOW so_far AS (ROWS UNBOUNDED PRECEDING)
    )

    SELECT
        curve,
        week,
        dimension,
        "group",
        clock,
        mark // 2 AS seconds,
        waiting,
        -- The last one of all was answered: nobody waits any more, and that is certain.
        if(waiting = 1, 0.0, exp(-fallen)) AS still_waiting_share,
        if(waiting = 1, 0.0, exp(-fallen * exp(1.959963984540054 * sqrt(variance) / fallen))) AS low_share,
        if(waiting = 1, 0.0, exp(-fallen * exp(-1.959963984540054 * sqrt(variance) / fallen))) AS high_share
    FROM walked
    WHERE mark % 2 = 0 AND coalesce(next_mark <> mark, TRUE);

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
