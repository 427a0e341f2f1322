-- The plain words of every item, as patterns and keywords see them: small letters and digits without accents, one space
-- between words and at both ends (tasks/topics/patterns.py does the same). Then what fires, filled by sql/topics.
-- Reads staging.item.

CREATE TABLE staging.worded AS
SELECT
    item_id,
    -- Only what people say to us and about us has a topic and an intent.
    author_kind = 'public' AND visibility <> 'internal' AS heard,
    -- strip_accents ends a text at a zero byte.
    ' ' || trim(
        regexp_replace(
            lower(strip_accents(replace(concat_ws(' ', title, text), chr(0), ' '))), '[^\p{L}\p{N}]+', ' ', 'g'
        )
    ) || ' ' AS words
FROM staging.item;

-- What an expression found, per item: kind is "topic" or "intent".
CREATE TABLE staging.fired (kind VARCHAR, mark VARCHAR, item_id VARCHAR, found VARCHAR);
