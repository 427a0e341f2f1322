-- staging.next_open_before: what the weeks after this one need to know of it and of those before: every message of a
-- thread in which somebody has waited for less than half a year, or that was alive in the last four weeks (a later
-- reply must find whom it answers, and whether the thread was ours). Nobody's words are among it.

CREATE TABLE staging.next_open_before AS
WITH waiting AS (
    SELECT DISTINCT turn.thread_key
    FROM staging.turn AS turn
    CROSS JOIN staging.this_week AS this_week
    -- A case may tell of a call in a later week; whoever is called then waits until then.
    WHERE
        coalesce(turn.answered_at >= this_week.end_at, TRUE)
        AND turn.asked_at >= this_week.end_at - INTERVAL 182 DAYS
),

alive AS (
    SELECT message.thread_key
    FROM staging.message AS message
    CROSS JOIN staging.this_week AS this_week
    GROUP BY message.thread_key, this_week.end_at
    HAVING max(message.created_at) >= this_week.end_at - INTERVAL 28 DAYS
)

SELECT
    message.item_id,
    message.source,
    message.kind,
    message.parent_id,
    message.thread_key AS thread_id,
    message.author_key,
    message.author_kind,
    message.direction,
    message.visibility,
    message.created_at,
    message.deleted,
    nullif(message.department, 'nobody') AS department,
    message.eligibility,
    message.template,
    message.case_id,
    message.case_department,
    message.contacted_at,
    message.page,
    message.line
FROM staging.message AS message
WHERE message.thread_key IN (SELECT thread_key FROM waiting) OR message.thread_key IN (SELECT thread_key FROM alive)
ORDER BY message.created_at, message.item_id;
