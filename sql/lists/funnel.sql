-- From heard to solved, in the report's week: each step is a part of the one before.

WITH conversation AS (
    SELECT
        asked.thread_key,
        bool_or(asked.answered) AS answered,
        bool_or(asked.answered AND issue.cause IS NOT NULL) AS cause_known,
        bool_or(asked.answered AND issue.cause IS NOT NULL AND issue.solved) AS solved
    FROM core.asked AS asked
    INNER JOIN core.report_week AS week ON asked.week = week.week
    LEFT JOIN core.issue AS issue
        ON asked.thread_key = issue.thread_key AND issue.week = asked.week AND issue.dimension = 'all'
    WHERE asked.dimension = 'all'
    GROUP BY asked.thread_key, asked.item_id
),

step AS (
    SELECT 1 AS place, 'heard' AS step, count(*) AS n
    FROM core.heard AS heard
    INNER JOIN core.report_week AS week ON heard.week = week.week
    WHERE heard.dimension = 'all' AND heard.direction = 'inbound' AND heard.kind <> 'repost'
    UNION ALL
    SELECT 2, 'asked', count(*) FROM conversation
    UNION ALL
    SELECT 3, 'answered', count(*) FILTER (answered) FROM conversation
    UNION ALL
    SELECT 4, 'cause_known', count(*) FILTER (cause_known) FROM conversation
    UNION ALL
    SELECT 5, 'solved', count(*) FILTER (solved) FROM conversation
)

SELECT step, n
FROM step
ORDER BY place
