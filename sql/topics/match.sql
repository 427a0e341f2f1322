-- Everything that one expression finds: all patterns of a topic are one constant expression, so RE2 compiles it once.
-- Reads staging.candidate; $kind and $mark name the topic or intent, $expression and $exclude are made from its patterns.

INSERT INTO staging.fired
WITH looked_through AS MATERIALIZED (
    SELECT item_id, words, regexp_extract(words, $expression) AS found
    FROM staging.candidate
)

SELECT
    $kind AS kind,
    $mark AS mark,
    item_id,
    found
FROM looked_through
WHERE found <> '' AND coalesce(NOT regexp_matches(words, $exclude), TRUE);
