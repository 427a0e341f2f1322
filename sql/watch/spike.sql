-- Whether so much was said on the running day already that it stands out, however it ends: a row when it does.

SELECT
    day.day::VARCHAR AS day,
    day.n,
    day.expected
FROM core.day_begun AS day
INNER JOIN core.report_week AS report_week ON day.week = report_week.week
WHERE day.dimension = 'all' AND NOT day.over AND day.anomaly AND day.n > day.expected
