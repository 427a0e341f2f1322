-- core.day_seen: the days of every week that is asked for and of the twelve weeks before it, silent days included.
--   monday                     of the week that is asked for; earlier days are its history
--   dimension, "group", day    as in core.day; weekday 1 is Monday
--   kind                       ordinary, closed, or what [[academic]] calls the day ("exams", "exams + open_day")
--   covered                    every source gave what it had
--   known                      a covered day of the history on which somebody listened already
--   n                          inbound items without reposts

CREATE VIEW core.day_seen AS
WITH asked AS (
    SELECT DISTINCT unnest(range(start_at::DATE, end_at::DATE, INTERVAL 7 DAYS))::DATE AS monday
    FROM core.period
),

-- Few rows from many: every later step works on days, not on items.
tally AS (
    SELECT created_at::DATE AS day, department, source, count(*) AS n
    FROM core.message
    WHERE
        direction = 'inbound'
        AND kind <> 'repost'
        AND created_at >= (SELECT min(start_at) - INTERVAL 84 DAYS FROM core.period)
    GROUP BY created_at::DATE, department, source
),

counted AS (
    SELECT
        heading.dimension,
        core.heading_of(heading.dimension, tally.department, tally.source) AS "group",
        tally.day,
        sum(tally.n) AS n
    FROM tally
    CROSS JOIN core.heading AS heading
    GROUP BY ALL
),

academic AS (
    SELECT day, string_agg(DISTINCT kind, ' + ' ORDER BY kind) AS kind
    FROM core.academic
    GROUP BY day
),

-- Sources that did not give everything they had on a day.
gap AS (
    SELECT day::DATE AS day, list(DISTINCT source) AS sources
    FROM (
        SELECT source, unnest(range(start_at::DATE::TIMESTAMP, end_at::TIMESTAMP, INTERVAL 1 DAY)) AS day
        FROM staging.fetch_windows
        WHERE status <> 'complete'
    )
    GROUP BY day::DATE
),

-- The days of an asked week and of the twelve before it.
span AS (
    SELECT
        day_of.monday,
        day_of.day,
        coalesce(academic.kind, 'ordinary') AS kind
    FROM (
        SELECT monday, unnest(range(monday - 84, monday + 7, INTERVAL 1 DAY))::DATE AS day
        FROM asked
    ) AS day_of
    LEFT JOIN academic USING (day)
),

-- Nothing before a source's first message is silence: nobody listened yet. The others begin with the first of them all.
heard AS (
    SELECT
        span.monday,
        counted.dimension,
        counted."group",
        if(
            counted.dimension = 'source',
            min(counted.day),
            min(min(counted.day)) OVER (PARTITION BY span.monday)
        ) AS since
    FROM span
    INNER JOIN counted USING (day)
    GROUP BY span.monday, counted.dimension, counted."group"
    UNION
    SELECT asked.monday, every_week.dimension, every_week."group", NULL AS since
    FROM asked
    CROSS JOIN core.every_week AS every_week
)

SELECT
    span.*,
    isodow(span.day) AS weekday,
    series.dimension,
    series."group",
    gap.sources IS NULL OR (series.dimension = 'source' AND NOT list_contains(gap.sources, series."group")) AS covered,
    span.day < span.monday AND span.day >= series.since AND covered AS known,
    coalesce(counted.n, 0)::BIGINT AS n
FROM span
INNER JOIN (
    SELECT monday, dimension, "group", min(since) AS since
    FROM heard
    GROUP BY monday, dimension, "group"
) AS series USING (monday)
LEFT JOIN counted USING (day, dimension, "group")
LEFT JOIN gap USING (day);
