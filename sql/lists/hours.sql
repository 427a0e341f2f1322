-- When people write and when a person of ours answers, in the report's week: a row for each hour of a working day and
-- of a weekend day, all such days together.
--   open_share   the part of those hours in which at least one department was open

WITH said AS (
    SELECT
        isodow(heard.created_at) >= 6 AS weekend,
        hour(heard.created_at) AS hour,
        count(*) FILTER (heard.direction = 'inbound' AND heard.kind <> 'repost') AS written,
        count(*) FILTER (heard.role = 'reply') AS answered
    FROM core.heard AS heard
    INNER JOIN core.report_week AS week ON heard.week = week.week
    WHERE heard.dimension = 'all'
    GROUP BY ALL
),

hour_open AS (
    SELECT to_timestamp(hour * 3600) AS at, bool_or(closes > opens OR again_closes > again_opens) AS open
    FROM core.calendar
    GROUP BY hour
)

SELECT
    isodow(hour_open.at) >= 6 AS weekend,
    hour(hour_open.at) AS hour,
    coalesce(any_value(said.written), 0) AS written,
    coalesce(any_value(said.answered), 0) AS answered,
    round(avg(hour_open.open::INTEGER), 2) AS open_share
FROM hour_open
INNER JOIN core.report_week AS week ON hour_open.at >= week.start_at AND hour_open.at < week.end_at
LEFT JOIN said ON (isodow(hour_open.at) >= 6) = said.weekend AND hour(hour_open.at) = said.hour
GROUP BY ALL
ORDER BY weekend, hour
