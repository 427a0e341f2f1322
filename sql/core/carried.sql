-- core.carried: what the weeks after core.week_end need to know of the weeks before: every message of a thread in which
-- somebody still waits, or that was alive in the last four weeks (a later reply must find whom it answers, and whether
-- the thread was ours). Only who still waits keeps their words. Reads core.week_end (at).

CREATE TABLE core.carried AS
WITH waiting AS (
    SELECT DISTINCT thread_key
    FROM core.waiting_turn
    WHERE answered_at IS NULL
),

alive AS (
    SELECT message.thread_key
    FROM core.message AS message
    CROSS JOIN core.week_end AS week_end
    GROUP BY message.thread_key, week_end.at
    HAVING max(message.created_at) >= week_end.at - INTERVAL 28 DAYS
)

SELECT
    message.* EXCLUDE (thread_key, author, answers_author, we_started) REPLACE (
        message.thread_key AS thread_id,
        nullif(message.department, 'nobody') AS department,
        if(waiting.thread_key IS NULL, NULL, message.text) AS text,
        if(waiting.thread_key IS NULL, NULL, message.title) AS title
    )
FROM core.message AS message
LEFT JOIN waiting USING (thread_key)
WHERE waiting.thread_key IS NOT NULL OR message.thread_key IN (SELECT thread_key FROM alive)
ORDER BY message.created_at, message.item_id;
