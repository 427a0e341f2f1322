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
