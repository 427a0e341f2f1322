-- core.still_waiting: every turn, of whatever age, that no person had answered at a period's cut-off.
-- Columns as in core.asked; overdue = the promise had run out by then; old = more than four weeks.
-- A backlog is a state, not a flow: the four cut-offs of "base" are not pooled here.

CREATE TABLE core.still_waiting AS
SELECT
    period.week,
    heading.dimension,
    core.heading_of(heading.dimension, turn.department, turn.source) AS "group",
    turn.thread_key,
    turn.item_id,
    turn.source,
    turn.department,
    turn.asked_at,
    floor(epoch(period.as_of) - epoch(turn.asked_at))::BIGINT AS calendar_seconds,
    floor(cutoff.place - turn.asked_place)::BIGINT AS open_seconds,
    if(promise.clock = 'open', open_seconds, calendar_seconds) > promise.target_seconds AS overdue,
    turn.asked_at < period.as_of - INTERVAL 28 DAYS AS old
FROM core.turn AS turn
INNER JOIN core.period AS period
    ON
        period.role <> 'base'
        AND turn.asked_at <= period.as_of
        AND (turn.answered_at IS NULL OR turn.answered_at > period.as_of)
INNER JOIN core.cutoff AS cutoff ON period.as_of = cutoff.as_of AND turn.department = cutoff.department
CROSS JOIN core.heading AS heading
CROSS JOIN core.promise AS promise;
