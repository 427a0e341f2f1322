-- core.asked: the conversations that others opened and that ask for an answer. One row per conversation, for every
-- period it falls in (by arrival) and every heading it counts under. Nothing after that period's cut-off is known here:
-- who was answered later still waits, and its clock stands at the cut-off.
--   week, dimension, "group"                        what to group by
--   thread_key, item_id, source, department, asked_at
--   answered                                        by a person, at or before the cut-off
--   calendar_seconds, open_seconds                  waited so far, or until the answer, on both clocks
--   promise_seconds                                 the same on the clock the institution promised by
--   due, kept                                       the promise has run out by the cut-off; it was kept

CREATE TABLE core.asked AS
WITH cut AS (
    SELECT
        period.week,
        period.as_of,
        turn.thread_key,
        turn.item_id,
        turn.source,
        turn.department,
        turn.asked_at,
        coalesce(turn.answered_at <= period.as_of, FALSE) AS answered,
        floor(epoch(if(answered, turn.answered_at, period.as_of)) - epoch(turn.asked_at))::BIGINT AS calendar_seconds,
        floor(if(answered, turn.answered_place, cutoff.place) - turn.asked_place)::BIGINT AS open_seconds,
        floor(epoch(period.as_of) - epoch(turn.asked_at))::BIGINT AS calendar_age_seconds,
        floor(cutoff.place - turn.asked_place)::BIGINT AS open_age_seconds
    FROM core.turn AS turn
    INNER JOIN core.period AS period
        ON turn.asked_at >= period.start_at AND turn.asked_at < period.end_at AND turn.asked_at <= period.as_of
    INNER JOIN core.cutoff AS cutoff ON period.as_of = cutoff.as_of AND turn.department = cutoff.department
    WHERE turn.turn = 1
)

SELECT
    cut.week,
    heading.dimension,
    core.heading_of(heading.dimension, cut.department, cut.source) AS "group",
    cut.* EXCLUDE (week),
    if(promise.clock = 'open', cut.open_seconds, cut.calendar_seconds) AS promise_seconds,
    if(promise.clock = 'open', cut.open_age_seconds, cut.calendar_age_seconds) >= promise.target_seconds AS due,
    cut.answered AND promise_seconds <= promise.target_seconds AS kept
FROM cut
CROSS JOIN core.heading AS heading
CROSS JOIN core.promise AS promise;
