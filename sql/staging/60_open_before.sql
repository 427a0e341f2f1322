-- staging.next_open_before: what the weeks after this one need to know of it and of those before: every message of a
-- thread in which somebody has waited for less than half a year, or that was alive in the last four weeks (a later
-- reply must find whom it answers, and whether the thread was ours). Nobody's words are among it.
--   carried_until   how long that is, if nothing more happens in the thread
-- Reads staging.message, staging.turn, staging.continued, staging.open_before, staging.this_week.

CREATE VIEW staging.next_open_before AS
WITH waiting AS (
    SELECT turn.thread_key, max(turn.asked_at) + INTERVAL 182 DAYS AS carried_until
    FROM staging.turn AS turn
    CROSS JOIN staging.this_week AS this_week
    -- A case may tell of a call in a later week; whoever is called then waits until then.
    WHERE coalesce(turn.answered_at >= this_week.end_at, TRUE)
    GROUP BY turn.thread_key
),

alive AS (
    SELECT thread_key, max(created_at) + INTERVAL 28 DAYS AS carried_until
    FROM staging.message
    GROUP BY thread_key
),

carried AS (
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
        message.line,
        greatest(alive.carried_until, waiting.carried_until) AS carried_until
    FROM staging.message AS message
    INNER JOIN alive USING (thread_key)
    LEFT JOIN waiting USING (thread_key)
    UNION ALL
    SELECT *
    FROM staging.open_before
    WHERE thread_id NOT IN (SELECT thread_id FROM staging.continued)
)

SELECT carried.*
FROM carried
CROSS JOIN staging.this_week AS this_week
WHERE carried.carried_until >= this_week.end_at
ORDER BY carried.created_at, carried.item_id;
