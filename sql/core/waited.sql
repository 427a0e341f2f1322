-- core.waited: every turn in which somebody waited for us, for every period it falls in (by arrival) and every heading
-- it counts under. Nothing after that period's cut-off is known here: who was answered later still waits, and its clock
-- stands at the cut-off.
--   week, dimension, "group"                        what to group by
--   thread_key, item_id, author, source, department, turn_no, asked_at
--   answered, answered_by                           by a person, at or before the cut-off
--   calendar_seconds, open_seconds                  waited so far, or until the answer, on both clocks
--   promise_seconds, target_seconds                 the same on the clock of the promise, and the promise at arrival
--   due, kept                                       the promise has run out by the cut-off; it was kept

CREATE VIEW core.waited AS
WITH cut AS (
    SELECT
        covered.week,
        covered.as_of,
        turn.* EXCLUDE (iso_week, answered_at, acknowledged_at, answered_by, acknowledge_seconds),
        coalesce(turn.answered_at <= covered.as_of, FALSE) AS answered,
        if(answered, turn.answered_by, NULL) AS answered_by,
        core.second_of(if(answered, turn.answered_at, covered.as_of)) - core.second_of(turn.asked_at)
            AS calendar_seconds,
        if(answered, turn.answered_place, cutoff.place) - turn.asked_place AS open_seconds,
        core.second_of(covered.as_of) - core.second_of(turn.asked_at) AS calendar_age_seconds,
        cutoff.place - turn.asked_place AS open_age_seconds
    FROM core.counted_turn AS turn
    INNER JOIN core.covered AS covered ON turn.iso_week = covered.iso_week AND turn.asked_at <= covered.as_of
    INNER JOIN core.cutoff AS cutoff ON covered.as_of = cutoff.as_of AND turn.schedule = cutoff.schedule
)

SELECT
    cut.week,
    heading.dimension,
    core.heading_of(heading.dimension, cut.department, cut.source) AS "group",
    cut.* EXCLUDE (
        week, schedule, asked_place, answered_place, calendar_age_seconds, open_age_seconds, by_open_clock,
        target_seconds
    ),
    if(cut.by_open_clock, cut.open_seconds, cut.calendar_seconds) AS promise_seconds,
    cut.target_seconds,
    if(cut.by_open_clock, cut.open_age_seconds, cut.calendar_age_seconds) >= cut.target_seconds AS due,
    cut.answered AND promise_seconds <= cut.target_seconds AS kept
FROM cut
CROSS JOIN core.heading AS heading;

-- core.asked: the conversations that others opened with us, each by its first turn. Columns as above.

CREATE VIEW core.asked AS
SELECT * EXCLUDE (turn_no)
FROM core.waited
WHERE turn_no = 1;
