-- core.difference: how far each figure of an edition's week lies from its base, with the difference's 95 % interval.
-- Made from core.estimate: one row per edition and figure, this week (now_…) beside the base (base_…).
--   change                   now − base, in the metric's unit; NULL when a side has no value
--   change_low, change_high  MOVER, the method of variance estimates recovery: each arm is made of the arms of the two
--                            intervals (Zou & Donner 2008). With Wilson's intervals it is Newcombe's hybrid score
--                            interval (1998, method 10). NULL: there is none, or it is open to infinity
--   z                        how many standard errors the difference lies from nought, as the arm that points at nought
--                            tells; NULL when too little is known to compare
--   place, comparisons       rank of |z| among what is compared in the same edition and family, and how many those are
-- Nothing is corrected for many comparisons here: core.verdict does that.

CREATE TABLE core.difference AS
WITH side AS (
    SELECT
        *,
        -- A quantile that was never reached is at least as long as anybody was followed, and open above.
        coalesce(now_value, now_followed) AS now_least,
        coalesce(base_value, base_followed) AS base_least,
        if(now_high IS NULL AND now_followed IS NOT NULL, 'infinity'::DOUBLE, now_high) AS now_top,
        if(base_high IS NULL AND base_followed IS NOT NULL, 'infinity'::DOUBLE, base_high) AS base_top,
        -- One person with ten messages is one person, unless the metric's own interval knows that already.
        if(over = 'cases' AND now_people BETWEEN 1 AND now_n, sqrt(now_n / now_people), 1.0) AS now_wider,
        if(over = 'cases' AND base_people BETWEEN 1 AND base_n, sqrt(base_n / base_people), 1.0) AS base_wider,
        coalesce(now_people, now_n) AS now_heads,
        coalesce(base_people, base_n) AS base_heads
    FROM core.estimate
),

arm AS (
    SELECT
        *,
        now_n >= min_count AND base_n >= min_count AND now_heads >= 30 AND base_heads >= 30 AS enough,
        now_least - base_least AS apart,
        (now_least - now_low) * now_wider AS now_down,
        (now_top - now_least) * now_wider AS now_up,
        (base_least - base_low) * base_wider AS base_down,
        (base_top - base_least) * base_wider AS base_up
    FROM side
),

width AS (
    SELECT
        *,
        sqrt(pow(now_down, 2) + pow(base_up, 2)) AS down,
        sqrt(pow(now_up, 2) + pow(base_down, 2)) AS up,
        if(apart > 0, down, up) AS half,
        if(apart > 0, now_down, now_up) AS now_half,
        if(apart > 0, base_up, base_down) AS base_half
    FROM arm
),

scored AS (
    SELECT
        *,
        CASE
            WHEN NOT enough OR down IS NULL OR up IS NULL THEN NULL
            WHEN apart = 0 OR isinf(half) THEN 0.0
            -- Quantiles of heaped times may have intervals without width: two equal ones that just touch say as much.
            WHEN half = 0 THEN sign(apart) * 1.959963984540054 * sqrt(2)
            ELSE core.deviate_of(
                1.959963984540054 * apart / half,
                -- Degrees of freedom after Welch (1947).
                pow(half, 4) / (pow(now_half, 4) / (now_heads - 1) + pow(base_half, 4) / (base_heads - 1))
            )
        END AS z
    FROM width
)

SELECT
    edition,
    metric,
    dimension,
    "group",
    family,
    good,
    round(now_value - base_value, 4) AS change,
    if(isfinite(down), round(apart - down, 4), NULL) AS change_low,
    if(isfinite(up), round(apart + up, 4), NULL) AS change_high,
    z,
    if(z IS NULL, NULL, row_number() OVER compared) AS place,
    count(z) OVER (PARTITION BY edition, family) AS comparisons
FROM scored
WINDOW compared AS (PARTITION BY edition, family ORDER BY abs(z) DESC NULLS LAST, metric, dimension, "group");
