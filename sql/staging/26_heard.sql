-- What the public says to us or about us, as the engines read it.
-- Reads staging.item and staging.fired (intents, filled by sql/topics).
--   rated     stars say its tone already
--   fleeting  deleted or urgent: judged, and then nothing that was made of its words is kept

CREATE TABLE staging.heard AS
WITH urgent_item AS (
    SELECT item_id
    FROM staging.fired
    WHERE kind = 'intent' AND mark = 'urgent'
)

SELECT
    item_id,
    concat_ws(' ', title, text) AS said,
    rating_score IS NOT NULL AS rated,
    deleted OR item_id IN (SELECT item_id FROM urgent_item) AS fleeting
FROM staging.item
WHERE author_kind = 'public' AND visibility <> 'internal' AND concat_ws(' ', title, text) <> ''
ORDER BY item_id;
