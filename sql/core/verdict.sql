-- core.verdict: what may be said of each difference, so that a quiet edition holds any false claim at most one time in
-- twenty. Half of the 5 % goes to each family:
--   page     the figures of page 1: Holm (1979), a claim stands when it and all stronger ones pass
--   tables   everything else that is compared: Benjamini & Hochberg (1995), all down to the weakest one that passes
-- core.critical(family, place, comparisons, z) holds what a difference of that rank must reach.
--   verdict  better, worse; higher, lower when no direction is good; no_reliable_change; too_few

CREATE TABLE core.verdict AS
WITH passed AS (
    SELECT
        difference.*,
        abs(difference.z) >= critical.z AS passes
    FROM core.difference AS difference
    LEFT JOIN core.critical AS critical USING (family, place, comparisons)
),

judged AS (
    SELECT
        *,
        bool_and(passes) OVER (together ORDER BY place) AS with_all_stronger,
        place <= max(place) FILTER (passes) OVER (together) AS with_one_weaker
    FROM passed
    WINDOW together AS (PARTITION BY edition, family)
)

SELECT
    edition,
    metric,
    dimension,
    "group",
    change,
    change_low,
    change_high,
    CASE
        WHEN z IS NULL THEN 'too_few'
        WHEN if(family = 'page', with_all_stronger, with_one_weaker) IS NOT TRUE THEN 'no_reliable_change'
        WHEN good = 'none' THEN if(z > 0, 'higher', 'lower')
        ELSE if((z > 0) = (good = 'up'), 'better', 'worse')
    END AS verdict
FROM judged
ORDER BY edition, metric, dimension, "group";
