-- staging.candidate: the items in which any of several topics or intents may be found. A good deal quicker than to look
-- for each of them everywhere, as long as the expression stays small enough for RE2's automaton.
-- Reads staging.worded; $expression is made from the patterns of all of them.

CREATE OR REPLACE TABLE staging.candidate AS
SELECT item_id, words
FROM staging.worded
WHERE heard AND regexp_matches(words, $expression);
