-- core.fetched: what was asked of each source in a period, in hours, and how many of them gave everything there was.
-- A source that is handed in by file has no hours.

CREATE VIEW core.fetched AS
WITH stretch AS (
    SELECT
        period.week,
        fetch_window.source,
        epoch(least(fetch_window.end_at, period.end_at)) - epoch(greatest(fetch_window.start_at, period.start_at))
            AS seconds,
        fetch_window.status = 'complete' AS complete
    FROM (SELECT DISTINCT source, start_at, end_at, status FROM staging.fetch_windows) AS fetch_window
    INNER JOIN core.period AS period
        ON fetch_window.start_at < period.end_at AND fetch_window.end_at > period.start_at
)

SELECT
    stretch.week,
    heading.dimension,
    if(heading.dimension = 'source', stretch.source, 'all') AS "group",
    stretch.source,
    stretch.seconds / 3600 AS planned_hours,
    if(stretch.complete, stretch.seconds, 0) / 3600 AS covered_hours
FROM stretch
INNER JOIN core.heading AS heading ON heading.dimension IN ('all', 'source');
