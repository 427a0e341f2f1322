-- Everything that one expression finds: all patterns of a topic are one constant expression, so RE2 compiles it once.
-- Reads staging.worded; $kind, $mark name the topic or intent, $expression and $exclude are made from its patterns.

INSERT INTO staging.fired
SELECT
    $kind AS kind,
    $mark AS mark,
    item_id,
    regexp_extract(words, $expression) AS found
FROM staging.worded
WHERE
    heard
    AND regexp_matches(words, $expression)
    AND coalesce(NOT regexp_matches(words, $exclude), TRUE);
