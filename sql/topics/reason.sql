-- staging.topic_hit: per item and topic the pattern, as the analyst wrote it, that found something.
-- Reads staging.fired, staging.pattern (topic, place, pattern, expression): few different findings, so a join is cheap.

CREATE TABLE staging.topic_hit AS
WITH found AS (
    SELECT DISTINCT mark AS topic, found
    FROM staging.fired
    WHERE kind = 'topic'
),

reason AS (
    SELECT found.topic, found.found, arg_min(pattern.pattern, pattern.place) AS pattern
    FROM found
    INNER JOIN staging.pattern AS pattern USING (topic)
    WHERE regexp_matches(found.found, pattern.expression)
    GROUP BY found.topic, found.found
)

SELECT fired.item_id, reason.topic, reason.pattern
FROM staging.fired AS fired
INNER JOIN reason ON fired.mark = reason.topic AND fired.found = reason.found
WHERE fired.kind = 'topic';
