-- The weeks before as one text that depends on their items but not on the order of these; our rules are no part of it.

SELECT
    count(*)
    || ' '
    || coalesce(sum(md5_number_lower(to_json([item, facts, edited, deleted::UINTEGER]))), 0) AS digest
FROM item
WHERE earlier
