-- core.still_waiting: every turn that no person had answered at a period's cut-off, for up to half a year.
-- Columns as in core.waited; overdue = the promise had run out by then; old = more than four weeks; given_up = half a
-- year was over in the last week, so it is not followed any more.
-- A backlog is a state, not a flow: the four cut-offs of "base" are not pooled here.

CREATE VIEW core.still_waiting AS
WITH turn AS (
    SELECT * FROM core.counted_turn
    UNION ALL
    SELECT * FROM core.carried_turn
)

SELECT
    period.week,
    heading.dimension,
    core.heading_of(heading.dimension, turn.department, turn.source) AS "group",
    turn.thread_key,
    turn.item_id,
    turn.author,
    turn.source,
    turn.department,
    turn.asked_at,
    core.second_of(period.as_of) - core.second_of(turn.asked_at) AS calendar_seconds,
    cutoff.place - turn.asked_place AS open_seconds,
    if(turn.by_open_clock, open_seconds, calendar_seconds) > turn.target_seconds AS overdue,
    turn.by_open_clock,
    turn.schedule,
    turn.asked_place,
    turn.target_seconds,
    turn.asked_at < period.as_of - INTERVAL 28 DAYS AS old,
    turn.asked_at < period.as_of - INTERVAL 182 DAYS AS given_up
FROM turn
INNER JOIN core.period AS period
    ON
        period.role <> 'base'
        AND turn.asked_at <= period.as_of
        AND turn.asked_at >= period.as_of - INTERVAL 189 DAYS
        AND (turn.answered_at IS NULL OR turn.answered_at > period.as_of)
INNER JOIN core.cutoff AS cutoff ON period.as_of = cutoff.as_of AND turn.schedule = cutoff.schedule
CROSS JOIN core.heading AS heading;

-- core.waiting_due: those of the last four weeks, each once, with
--   due_at   the moment the promise runs out, or ran out; on the opening clock the hour in which its last second lies

CREATE VIEW core.waiting_due AS
-- A closed hour has as many open seconds before it as the open one that follows: a promise ends in the latter.
WITH open_hour AS (
    SELECT *
    FROM core.calendar
    WHERE closes > opens
)

SELECT
    waiting.*,
    waiting.asked_place + waiting.target_seconds - calendar.seconds_before AS into_hour,
    calendar.closes - calendar.opens AS first_stretch_seconds,
    to_timestamp(
        CASE
            WHEN NOT waiting.by_open_clock THEN core.second_of(waiting.asked_at) + waiting.target_seconds
            WHEN into_hour <= first_stretch_seconds THEN calendar.opens + into_hour
            -- NULL where the clock does not reach that far.
            WHEN into_hour <= first_stretch_seconds + calendar.again_closes - calendar.again_opens
                THEN calendar.again_opens + into_hour - first_stretch_seconds
        END
    ) AS due_at
FROM core.still_waiting AS waiting
ASOF LEFT JOIN open_hour AS calendar
    ON
        waiting.schedule = calendar.schedule
        AND waiting.asked_place + waiting.target_seconds > calendar.seconds_before
WHERE waiting.dimension = 'all' AND NOT waiting.old;
