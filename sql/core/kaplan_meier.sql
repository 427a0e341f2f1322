-- Kaplan-Meier, in one place. A "waiting line" is a table with week, dimension, "group", calendar_seconds,
-- open_seconds and ended: how long each has waited on both clocks, and whether that is over. Who still waits at the
-- cut-off counts as waiting, not as missing.
--
-- Each curve is sorted once, as whole numbers (twice the seconds, plus one for who still waits, so that answers come
-- first in a tie), and walked once. Of a tie only the last answer is a step.
--   still_waiting_share    S(t): the estimated share that has no answer after so many seconds
--   low_share, high_share  its 95 % interval: exponential Greenwood (log-log), as in Kalbfleisch & Prentice (2002), 1.4
--   waiting                how many still waited just before
--   fallen                 -ln S(t); low_fallen and high_fallen are those of the interval's ends
--
-- What an answer takes off the logarithm of the share, and adds to its variance, is kept as a whole number, in units of
-- 2^-52. So the walk can be one running sum over all curves, one after the other, for a quarter of what a window per
-- curve costs: after its last mark each curve takes off again all that it came to, which leaves nothing behind.

CREATE MACRO core.walk(line, which) AS TABLE
    WITH sorted AS (
        SELECT
            week,
            dimension,
            "group",
            count(*) AS n,
            list_sort(list(
                (2 * if(which = 'open', open_seconds, calendar_seconds) + if(ended, 0, 1))::INTEGER
            )) AS marks
        FROM query_table(line)
        GROUP BY week, dimension, "group"
    ),

    -- In the place of a mark n - place + 1 wait just before and n - place after it. The last one of all takes nothing
    -- off: there the share is 0 and has no logarithm.
    taken AS (
        SELECT
            *,
            list_transform(marks, LAMBDA mark, place: if(
                mark % 2 = 0 AND place < n,
                round(4503599627370496 * ln((n - place + 1) / (n - place)))::BIGINT,
                0
            )) AS falls,
            list_transform(marks, LAMBDA mark, place: if(
                mark % 2 = 0 AND place < n,
                round(4503599627370496 / ((n - place + 1) * (n - place)))::BIGINT,
                0
            )) AS spreads
        FROM sorted
    ),

    -- A row more than there are marks: there the curve takes off what it came to.
    step AS (
        SELECT
            week,
            dimension,
            "group",
            unnest(range(n, -1, -1)) AS waiting,
            unnest(marks) AS mark,
            unnest(marks[2:]) AS next_mark,
            coalesce(unnest(falls), -list_sum(falls)::BIGINT) AS fall,
            coalesce(unnest(spreads), -list_sum(spreads)::BIGINT) AS spread
        FROM taken
    ),

    summed AS (
        SELECT
            *,
            sum(fall) OVER so_far / 4503599627370496 AS falls,
            sum(spread) OVER so_far / 4503599627370496 AS variance
        FROM step
        WINDOW so_far AS (ROWS UNBOUNDED PRECEDING)
    ),

    walked AS (
        SELECT
            *,
            -- The last one of all was answered: nobody waits any more, and that is certain.
            if(waiting = 1, 'infinity'::DOUBLE, falls) AS fallen,
            if(waiting = 1, 1.0, exp(1.959963984540054 * sqrt(variance) / falls)) AS times
        FROM summed
        WHERE mark % 2 = 0 AND coalesce(next_mark <> mark, TRUE)
    )

    SELECT
        week,
        dimension,
        "group",
        which AS clock,
        mark // 2 AS seconds,
        waiting,
        fallen,
        fallen * times AS low_fallen,
        fallen / times AS high_fallen,
        exp(-fallen) AS still_waiting_share,
        exp(-low_fallen) AS low_share,
        exp(-high_fallen) AS high_share
    FROM walked;

CREATE MACRO core.kaplan_meier(line) AS TABLE
    SELECT * FROM core.walk(line, 'calendar')
    UNION ALL
    SELECT * FROM core.walk(line, 'open');

-- The median and the ninetieth percentile: the first moment at which so few still wait; NULL when the curve never
-- comes that low. Interval ends are where the interval of the curve does (Brookmeyer & Crowley 1982).
-- Half still waits where -ln S(t) is ln 2, a tenth where it is ln 10. A hair more than a half is a half: shares are
-- products of rounded numbers. Nothing is reached before the low end of the median, so what comes before it is left out.

CREATE MACRO core.half() AS -ln(0.5 + 1e-9);
CREATE MACRO core.tenth() AS -ln(0.1 + 1e-9);

CREATE MACRO core.quantiles(line, which) AS TABLE
    SELECT
        week,
        dimension,
        "group",
        min(seconds) FILTER (fallen >= core.half()) AS median_seconds,
        min(seconds) FILTER (low_fallen >= core.half()) AS median_low_seconds,
        min(seconds) FILTER (high_fallen >= core.half()) AS median_high_seconds,
        min(seconds) FILTER (fallen >= core.tenth()) AS p90_seconds,
        min(seconds) FILTER (low_fallen >= core.tenth()) AS p90_low_seconds,
        min(seconds) FILTER (high_fallen >= core.tenth()) AS p90_high_seconds
    FROM core.walk(line, which)
    WHERE low_fallen >= core.half()
    GROUP BY week, dimension, "group";

-- On both clocks, which are walked at the same time.
CREATE MACRO core.waiting_times(line) AS TABLE
    WITH reached AS (
        SELECT 'calendar' AS clock, * FROM core.quantiles(line, 'calendar')
        UNION ALL
        SELECT 'open' AS clock, * FROM core.quantiles(line, 'open')
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
