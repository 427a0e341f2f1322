-- How many items of a week came, went or changed between the first look and now.
-- Reads first_known and now_known (known.sql, then and now) and rules (same: nothing about our rules changed, so what
-- is judged otherwise was told otherwise).

SELECT
    count(*) FILTER (first_known.item IS NULL) AS late,
    count(*) FILTER (first_known.words <> now_known.words AND first_known.deleted = now_known.deleted) AS edited,
    count(*) FILTER (now_known.deleted AND NOT first_known.deleted) AS deleted,
    count(*) FILTER (now_known.item IS NULL) AS removed,
    count(*) FILTER (
        first_known.deleted = now_known.deleted
        AND (
            first_known.facts <> now_known.facts
            OR (rules.same AND first_known.words = now_known.words AND first_known.judged <> now_known.judged)
        )
    ) AS later_facts
FROM first_known
FULL JOIN now_known ON first_known.item = now_known.item
CROSS JOIN rules
