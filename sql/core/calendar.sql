-- core.calendar: the opening clock of every schedule, a row an hour, so that one join by schedule and hour turns any
-- moment into its place: the number of open seconds since the calendar began. Two places subtract to open time.
-- Reads core.opening (schedule, opens_at, closes_at: stretches that do not touch) and core.reach (first_at, last_at).
--   hour                          hours since 1970, UTC
--   seconds_before                open seconds before that hour
--   opens, closes                 the stretch within it, in seconds since 1970; again_… a second one (a lunch break)

CREATE TABLE core.calendar AS
WITH hour AS (
    SELECT
        schedule.schedule,
        unnest(range(core.hour_of(reach.first_at), core.hour_of(reach.last_at) + 1)) AS hour
    FROM (SELECT DISTINCT schedule FROM core.schedule) AS schedule
    CROSS JOIN core.reach AS reach
),

stretch AS (
    SELECT schedule, epoch(opens_at)::BIGINT AS opens, epoch(closes_at)::BIGINT AS closes
    FROM core.opening
),

part AS (
    SELECT
        schedule,
        hour,
        greatest(opens, hour * 3600) AS opens,
        least(closes, (hour + 1) * 3600) AS closes
    FROM (SELECT *, unnest(range(opens // 3600, (closes - 1) // 3600 + 1)) AS hour FROM stretch)
),

within AS (
    SELECT
        schedule,
        hour,
        min(opens) AS opens,
        min(closes) AS closes,
        max(opens) AS again_opens,
        if(count(*) > 1, max(closes), max(opens)) AS again_closes
    FROM part
    GROUP BY schedule, hour
)

SELECT
    hour.schedule,
    hour.hour,
    coalesce(
        sum(within.closes - within.opens + within.again_closes - within.again_opens) OVER earlier, 0
    )::BIGINT AS seconds_before,
    coalesce(within.opens, 0) AS opens,
    coalesce(within.closes, 0) AS closes,
    coalesce(within.again_opens, 0) AS again_opens,
    coalesce(within.again_closes, 0) AS again_closes
FROM hour
LEFT JOIN within USING (schedule, hour)
WINDOW earlier AS (
    PARTITION BY hour.schedule ORDER BY hour.hour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
);

-- core.cutoff: where each cut-off lies on each opening clock.

CREATE TABLE core.cutoff AS
SELECT
    period.as_of,
    calendar.schedule,
    core.place_in_hour(
        calendar.seconds_before, calendar.opens, calendar.closes, calendar.again_opens, calendar.again_closes,
        core.second_of(period.as_of)
    ) AS place
FROM (SELECT DISTINCT as_of FROM core.period) AS period
INNER JOIN core.calendar AS calendar ON core.hour_of(period.as_of) = calendar.hour;
