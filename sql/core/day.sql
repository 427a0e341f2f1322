-- core.day_begun: what people said to or about us on each local day that has begun at the cut-off, for the period it
-- falls in and every heading it counts under, beside what such a day usually brings: docs/decisions/0008-anomaly.md.
-- core.day: those that are over.
--   week, dimension, "group"   what to group by
--   day, n                     inbound items without reposts; a silent day has its row, with n = 0
--   kind                       ordinary, closed, or what [[academic]] calls the day ("exams", "exams + open_day")
--   expected, spread           what is usual, and the standard deviation of one such day around it
--   score                      (n - expected) / spread: the modified z
--   anomaly                    TRUE stood out, FALSE did not, NULL not judged: excused or too little history
--   excused                    why a day was not judged: its kind, too_little_history, or not_covered (few messages on
--                              a day on which a source gave nothing; many are many all the same)
--
-- A day is compared with the twelve whole weeks before its own week and with nothing later: a spike cannot excuse
-- itself, and a later run gives the same answer, whatever range of weeks is asked for.

CREATE VIEW core.day_begun AS
WITH seen AS (SELECT * FROM core.day_seen),

-- What each weekday brings: the mean of the middle half of its ordinary days, which no single bad day can move. Half a
-- message over all of them is added, so that a weekday that never had one does not expect none for certain.
usual AS (
    SELECT
        monday,
        dimension,
        "group",
        weekday,
        count(*) AS days,
        core.middle_mean(list_sort(list(n))) + 0.5 / count(*) AS expected,
        sum(count(*)) OVER (PARTITION BY monday, dimension, "group") AS all_days
    FROM seen
    WHERE known AND kind = 'ordinary'
    GROUP BY monday, dimension, "group", weekday
),

-- How far ordinary days lie from that, in units of pure chance (Poisson), all weekdays together; one in so many days
-- was spent on the weekday's own level (Bessel).
residual AS (
    SELECT
        monday,
        dimension,
        "group",
        usual.expected,
        (seen.n - usual.expected) / sqrt(usual.expected * (1 - 1 / greatest(usual.days, 2))) AS off
    FROM seen
    INNER JOIN usual USING (monday, dimension, "group", weekday)
    WHERE seen.known AND seen.kind = 'ordinary'
),

reach AS (
    SELECT monday, dimension, "group", 5 * greatest(1.0, 1.4826 * median(abs(off))) AS furthest
    FROM residual
    GROUP BY monday, dimension, "group"
),

-- Variance = expected + dispersion x expected^2 (negative binomial). The dispersion is found by moments over residuals
-- within five MADs: last month's spike must not hide this week's. Nothing is narrower than pure chance; that is also
-- what remains when the MAD is nought because every Monday was alike.
spreading AS (
    SELECT
        monday,
        dimension,
        "group",
        greatest(
            0.0,
            sum(residual.expected * (pow(residual.off, 2) - 1))
            / sum(pow(residual.expected, 2))
        ) AS dispersion
    FROM residual
    INNER JOIN reach USING (monday, dimension, "group")
    WHERE abs(residual.off) <= reach.furthest
    GROUP BY monday, dimension, "group"
),

-- Exam days are compared with exam days: how much more (or less) than on an ordinary such weekday?
kind_level AS (
    SELECT
        monday,
        dimension,
        "group",
        seen.kind,
        count(*) AS days,
        core.middle_mean(list_sort(list(seen.n / usual.expected))) + 0.5 / sum(usual.expected) AS factor
    FROM seen
    INNER JOIN usual USING (monday, dimension, "group", weekday)
    WHERE seen.known AND seen.kind <> 'ordinary'
    GROUP BY monday, dimension, "group", seen.kind
),

judged AS (
    SELECT
        seen.*,
        usual.expected * coalesce(kind_level.factor, 1) AS level,
        -- What is expected was itself estimated, from so many days: that widens the spread.
        (level + spreading.dispersion * level * level)
        * (1 + 1.5 / usual.days + 8 / usual.all_days + coalesce(1.5 / kind_level.days, 0)) AS variance,
        CASE
            WHEN coalesce(usual.days, 0) < 4 OR usual.all_days < 28 THEN 'too_little_history'
            WHEN seen.kind <> 'ordinary' AND coalesce(kind_level.days, 0) < 5 THEN seen.kind
            WHEN NOT seen.covered AND seen.n < level THEN 'not_covered'
        END AS excused
    FROM seen
    LEFT JOIN usual USING (monday, dimension, "group", weekday)
    LEFT JOIN spreading USING (monday, dimension, "group")
    LEFT JOIN kind_level USING (monday, dimension, "group", kind)
    WHERE seen.day >= seen.monday
),

scored AS (
    SELECT
        * EXCLUDE (level, variance),
        if(excused IS NULL, level, NULL) AS expected,
        if(excused IS NULL, sqrt(variance), NULL) AS spread,
        (n - expected) / spread AS score,
        (variance - level) / (level * level) AS dispersion
    FROM judged
)

SELECT
    period.week,
    scored.dimension,
    scored."group",
    scored.day,
    scored.n,
    scored.kind,
    round(scored.expected, 4) AS expected,
    round(scored.spread, 4) AS spread,
    round(scored.score, 4) AS score,
    CASE
        WHEN scored.excused IS NOT NULL THEN NULL
        WHEN scored.n >= scored.expected
            THEN
                scored.n >= 5
                AND (scored.expected < 10 OR scored.score > 3.5)
                AND 1 - core.chance_of_at_most(scored.n - 1, scored.expected, scored.dispersion) < 0.005
        WHEN scored.n < scored.expected / 2
            THEN core.chance_of_at_most(scored.n, scored.expected, scored.dispersion) < 0.001
        ELSE FALSE
    END AS anomaly,
    scored.excused,
    (scored.day + 1)::TIMESTAMPTZ <= period.as_of AS over
FROM scored
INNER JOIN core.period AS period
    ON
        scored.day >= period.start_at::DATE
        AND scored.day < period.end_at::DATE
        AND scored.day::TIMESTAMPTZ <= period.as_of;

CREATE VIEW core.day AS
SELECT * EXCLUDE (over)
FROM core.day_begun
WHERE over;
