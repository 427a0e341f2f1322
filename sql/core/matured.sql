-- core.matured: the conversations whose seven days have run out: those opened in the week before. So every one of them
-- had its full week by the cut-off, and none is judged too early.
--   answered_in_time   by a person within seven days;  answered: at or before the cut-off

CREATE VIEW core.matured AS
SELECT
    covered.week,
    heading.dimension,
    core.heading_of(heading.dimension, turn.department, turn.source) AS "group",
    turn.thread_key,
    turn.item_id,
    turn.author,
    turn.source,
    turn.department,
    turn.asked_at,
    coalesce(core.hours_between(turn.asked_at, turn.answered_at) <= 168, FALSE) AS answered_in_time,
    coalesce(turn.answered_at <= covered.as_of, FALSE) AS answered
FROM core.counted_turn AS turn
INNER JOIN core.covered AS covered
    ON turn.iso_week = covered.iso_week_before AND core.hours_between(turn.asked_at, covered.as_of) >= 168
CROSS JOIN core.heading AS heading
WHERE turn.turn_no = 1;
