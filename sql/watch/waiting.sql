-- Who waits for us at this moment, of the last four weeks, the oldest first, with what one needs to find and answer it:
-- page and line are where the raw answer of the source is. Urgent posts are not here: one person reads those.

SELECT
    waiting.item_id,
    waiting.source,
    waiting.department,
    waiting.asked_at,
    waiting.due_at,
    waiting.overdue,
    message.visibility,
    words.language,
    coalesce(words.title, words.text) AS words,
    list_transform(words.topics, LAMBDA one: struct_extract(one, 'topic')) AS topics,
    message.case_id,
    words.page,
    words.line
FROM core.waiting_due AS waiting
INNER JOIN core.report_week AS report_week ON waiting.week = report_week.week
INNER JOIN core.message AS message USING (item_id)
INNER JOIN staging.mention AS words USING (item_id)
WHERE NOT message.deleted
ORDER BY waiting.asked_at, waiting.item_id
