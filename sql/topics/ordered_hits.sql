-- What staging.topic_hit holds, in a fixed order: per item and topic the pattern that found something.

SELECT item_id, topic, pattern
FROM staging.topic_hit
ORDER BY item_id, topic, pattern
