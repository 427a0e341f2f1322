-- staging.topic_hit: per item and topic the pattern that found something.
--   place  topics by patterns alone: by priority, then in the order of the file
-- Reads staging.fired, staging.reason (topic, found, pattern, rank).

CREATE TABLE staging.topic_hit AS
SELECT
    fired.item_id,
    reason.topic,
    reason.pattern,
    row_number() OVER (PARTITION BY fired.item_id ORDER BY reason.rank) AS place
FROM staging.fired AS fired
INNER JOIN staging.reason AS reason ON fired.mark = reason.topic AND fired.found = reason.found
WHERE fired.kind = 'topic';
