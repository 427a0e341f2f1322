-- core.answer_curve: Kaplan-Meier on both clocks. Who still waits at the cut-off counts as waiting, not as missing.
--   still_waiting_share    S(t): the estimated share that has no answer after so many seconds
--   low_share, high_share  its 95 % interval: exponential Greenwood (log-log), as in Kalbfleisch & Prentice (2002), 1.4

CREATE TABLE core.answer_curve AS
WITH waited AS (
    SELECT week, dimension, "group", 'calendar' AS clock, calendar_seconds AS seconds, answered FROM core.asked
    UNION ALL
    SELECT week, dimension, "group", 'open' AS clock, open_seconds AS seconds, answered FROM core.asked
),

moment AS (
    SELECT week, dimension, "group", clock, seconds, count(*) FILTER (answered) AS answers, count(*) AS leaving
    FROM waited
    GROUP BY ALL
),

at_risk AS (
    SELECT *, sum(leaving) OVER (curve ORDER BY seconds DESC)::BIGINT AS waiting
    FROM moment
    WINDOW curve AS (PARTITION BY week, dimension, "group", clock)
),

product AS (
    SELECT
        *,
        sum(if(answers = waiting, NULL, ln(1.0 - answers / waiting))) OVER so_far AS log_share,
        sum(answers / nullif(waiting * (waiting - answers), 0)) OVER so_far AS variance,
        max(answers = waiting) OVER so_far AS emptied
    FROM at_risk
    WINDOW so_far AS (PARTITION BY week, dimension, "group", clock ORDER BY seconds)
)

SELECT
    week,
    dimension,
    "group",
    clock,
    seconds,
    waiting,
    answers,
    CASE WHEN emptied THEN 0.0 ELSE exp(coalesce(log_share, 0.0)) END AS still_waiting_share,
    CASE
        WHEN emptied THEN 0.0
        WHEN coalesce(log_share, 0.0) = 0.0 THEN 1.0
        ELSE pow(exp(log_share), exp(1.959963984540054 * sqrt(variance) / -log_share))
    END AS low_share,
    CASE
        WHEN emptied THEN 0.0
        WHEN coalesce(log_share, 0.0) = 0.0 THEN 1.0
        ELSE pow(exp(log_share), exp(-1.959963984540054 * sqrt(variance) / -log_share))
    END AS high_share
FROM product;
