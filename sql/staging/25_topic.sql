-- The plain words of every item, as patterns and keywords see them: small letters and digits without accents, one space
-- between words and at both ends (tasks/topics/patterns.py does the same). Then what fires, filled by sql/topics.
-- Reads staging.item.

CREATE TABLE staging.worded AS
WITH said AS (
    -- strip_accents ends a text at a zero byte.
    SELECT item_id, author_kind, visibility, replace(concat_ws(' ', title, text), chr(0), ' ') AS said
    FROM staging.item
)

SELECT
    item_id,
    -- Only what people say to us and about us has a topic and an intent.
    author_kind = 'public' AND visibility <> 'internal' AS heard,
    -- Spaces last: there are so many that it is quicker to leave them out of what is replaced. Nor has a text of
    -- single bytes any accents.
    ' ' || trim(
        regexp_replace(
            regexp_replace(
                lower(if(strlen(said) = length(said), said, strip_accents(said))), '[^\p{L}\p{N} ]+', ' ', 'g'
            ),
            '  +', ' ', 'g'
        )
    ) || ' ' AS words
FROM said;

-- What an expression found, per item: kind is "topic" or "intent".
CREATE TABLE staging.fired (kind VARCHAR, mark VARCHAR, item_id VARCHAR, found VARCHAR);
