-- The words of every item of a week that can be read. Reads quality.readable.

SELECT item_id, text_key, visibility, trim(concat_ws(chr(10), title, text)) AS words
FROM quality.readable
ORDER BY item_id;
