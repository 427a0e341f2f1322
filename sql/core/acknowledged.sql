-- core.acknowledged: the conversations of core.asked, judged by the first sign of life from us: an answer, or a
-- template that says it was received. Only institutions that promise one (respond.acknowledge_hours) have any.

CREATE VIEW core.acknowledged AS
WITH cut AS (
    SELECT
        covered.week,
        turn.source,
        turn.department,
        turn.asked_at,
        turn.acknowledge_seconds,
        if(
            turn.by_open_clock, cutoff.place - turn.asked_place,
            core.second_of(covered.as_of) - core.second_of(turn.asked_at)
        ) AS age_seconds,
        if(turn.acknowledged_at > covered.as_of, NULL, if(
            turn.by_open_clock,
            core.place_in_hour(
                calendar.seconds_before, calendar.opens, calendar.closes, calendar.again_opens, calendar.again_closes,
                core.second_of(turn.acknowledged_at)
            ) - turn.asked_place,
            core.second_of(turn.acknowledged_at) - core.second_of(turn.asked_at)
        )) AS acknowledged_seconds
    FROM core.counted_turn AS turn
    INNER JOIN core.covered AS covered ON turn.iso_week = covered.iso_week AND turn.asked_at <= covered.as_of
    INNER JOIN core.cutoff AS cutoff ON covered.as_of = cutoff.as_of AND turn.schedule = cutoff.schedule
    LEFT JOIN core.calendar AS calendar
        ON turn.schedule = calendar.schedule AND core.hour_of(turn.acknowledged_at) = calendar.hour
    WHERE turn.turn_no = 1 AND turn.acknowledge_seconds IS NOT NULL
)

SELECT
    cut.week,
    heading.dimension,
    core.heading_of(heading.dimension, cut.department, cut.source) AS "group",
    cut.source,
    cut.department,
    cut.asked_at,
    cut.age_seconds >= cut.acknowledge_seconds AS due,
    coalesce(cut.acknowledged_seconds <= cut.acknowledge_seconds, FALSE) AS kept
FROM cut
CROSS JOIN core.heading AS heading;
