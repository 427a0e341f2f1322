-- Who is still waiting and should hear from us first: promises already broken, then the oldest, of the last four weeks.
-- The first of all, and those of each department.
-- Words of private messages are never shown.

SELECT
    printf('%s-%02d', report_week.week[6:], row_number() OVER first_first) AS item_no,
    if(
        message.visibility = 'public' AND NOT message.deleted,
        core.excerpt(trim(regexp_replace(coalesce(words.title, words.text), '\s+', ' ', 'g'))),
        NULL
    ) AS excerpt,
    message.language,
    message.visibility,
    waiting.source,
    waiting.department,
    waiting.asked_at,
    waiting.open_seconds AS waiting_open_seconds,
    waiting.calendar_seconds AS waiting_calendar_seconds,
    waiting.overdue,
    waiting.due_at,
    coalesce(case_file.assigned_at <= report_week.as_of, FALSE) AS assigned,
    waiting.item_id -- what is quoted: kept beside the document, never in it
FROM core.waiting_due AS waiting
INNER JOIN core.report_week AS report_week ON waiting.week = report_week.week
INNER JOIN core.message AS message USING (item_id)
INNER JOIN staging.mention AS words USING (item_id)
LEFT JOIN core.case_file AS case_file ON message.case_id = case_file.case_id
WINDOW first_first AS (ORDER BY waiting.overdue DESC, waiting.asked_at, waiting.item_id)
QUALIFY
    row_number() OVER first_first <= 6
    OR row_number() OVER (
        PARTITION BY waiting.department ORDER BY waiting.overdue DESC, waiting.asked_at, waiting.item_id
    ) <= 6
ORDER BY waiting.overdue DESC, waiting.asked_at, waiting.item_id
