-- What is held against the descriptions of topics: the texts that have a letter, as the engines read them.
-- Reads staging.item and staging.worded.

SELECT item.item_id, concat_ws(' ', item.title, item.text) AS said
FROM staging.item AS item
INNER JOIN staging.worded AS worded USING (item_id)
WHERE worded.heard AND regexp_matches(worded.words, '\p{L}')
ORDER BY item.item_id
