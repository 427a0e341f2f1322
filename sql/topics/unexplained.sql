-- What topics found in these items: far fewer different words than items.
-- Reads staging.fired.

SELECT DISTINCT mark AS topic, found
FROM staging.fired
WHERE kind = 'topic'
ORDER BY topic, found
