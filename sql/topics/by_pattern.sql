-- staging.topic of patterns alone.
-- Reads staging.topic_hit.

CREATE TABLE staging.topic AS
SELECT
    item_id,
    place::INTEGER AS place,
    topic,
    pattern AS fired,
    NULL::DOUBLE AS similarity
FROM staging.topic_hit;
