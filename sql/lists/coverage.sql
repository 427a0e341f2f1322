-- What was asked of each source and what came, in the report's week: complete, partial, failed, or handed in by file.

WITH stretch AS (
    SELECT
        fetch_window.source,
        fetch_window.status = 'complete' AS complete,
        greatest(fetch_window.start_at, week.start_at) AS start_at,
        least(fetch_window.end_at, week.end_at) AS end_at
    FROM staging.fetch_windows AS fetch_window
    CROSS JOIN core.report_week AS week
    WHERE fetch_window.start_at < week.end_at AND fetch_window.end_at > week.start_at
),

asked AS (
    SELECT
        source,
        sum(epoch(end_at) - epoch(start_at)) / 3600 AS planned_hours,
        coalesce(sum(epoch(end_at) - epoch(start_at)) FILTER (complete), 0) / 3600 AS covered_hours,
        min(start_at) FILTER (NOT complete) AS missing_from,
        max(end_at) FILTER (NOT complete) AS missing_until
    FROM stretch
    GROUP BY source
),

came AS (
    SELECT
        message.source,
        count(*) FILTER (message.direction = 'inbound' AND message.kind <> 'repost') AS items,
        -- Who means somebody else of the same name counts here and nowhere else.
        count(*) FILTER (message.direction = 'stranger') AS strangers,
        count(*) FILTER (message.came_late) AS late_items,
        count(*) FILTER (message.claimed_at IS NOT NULL) AS doubtful_times,
        count(*) FILTER (message.deleted) AS deleted,
        count(*) FILTER (message.edited_at IS NOT NULL) AS edited
    FROM core.message AS message
    INNER JOIN core.report_week AS week ON message.created_at >= week.start_at AND message.created_at < week.end_at
    GROUP BY message.source
),

refused AS (
    SELECT source, count(*) AS quarantined
    FROM staging.quarantine
    GROUP BY source
)

SELECT
    coalesce(source.id, came.source, refused.source) AS source,
    coalesce(came.items, 0) AS items,
    coalesce(refused.quarantined, 0) AS quarantined,
    round(asked.planned_hours, 1) AS planned_hours,
    round(asked.covered_hours, 1) AS covered_hours,
    asked.missing_from,
    asked.missing_until,
    CASE
        WHEN asked.planned_hours IS NULL THEN 'handed_in'
        WHEN asked.covered_hours = 0 THEN 'failed'
        WHEN asked.missing_from IS NOT NULL THEN 'partial'
        ELSE 'complete'
    END AS status,
    coalesce(came.strangers, 0) AS strangers,
    coalesce(came.late_items, 0) AS late_items,
    coalesce(came.doubtful_times, 0) AS doubtful_times,
    coalesce(came.deleted, 0) AS deleted,
    coalesce(came.edited, 0) AS edited
FROM core.source AS source
FULL JOIN came ON source.id = came.source
FULL JOIN refused ON coalesce(source.id, came.source) = refused.source
LEFT JOIN asked ON coalesce(source.id, came.source) = asked.source
ORDER BY source.place NULLS LAST, coalesce(source.id, came.source, refused.source)
