-- What was known of a week at its own cut-off: its items, and the answers of the Monday morning after it.

SELECT DISTINCT ON (item)
    item,
    deleted,
    words,
    facts,
    judged
FROM item
WHERE NOT earlier
ORDER BY item, created_at
