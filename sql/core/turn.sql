-- core.turn: every turn in which somebody waited for us, with the place of its ends on the department's opening clock.
-- "Place" is the number of open seconds since the calendar began: two places subtract to open time between them.
-- Reads core.waiting_turn, core.calendar (department, opens_at, closes_at, seconds_before).

CREATE TABLE core.turn AS
WITH asked AS (
    SELECT
        turn.*,
        coalesce(
            calendar.seconds_before + least(epoch(turn.asked_at), epoch(calendar.closes_at)) - epoch(calendar.opens_at),
            0
        ) AS asked_place
    FROM core.waiting_turn AS turn
    ASOF LEFT JOIN core.calendar AS calendar
        ON turn.department = calendar.department AND turn.asked_at >= calendar.opens_at
)

SELECT
    asked.*,
    coalesce(
        calendar.seconds_before + least(epoch(asked.answered_at), epoch(calendar.closes_at)) - epoch(calendar.opens_at),
        0
    ) AS answered_place
FROM asked
ASOF LEFT JOIN core.calendar AS calendar
    ON asked.department = calendar.department AND asked.answered_at >= calendar.opens_at;

-- core.cutoff: where each cut-off lies on each department's opening clock.

CREATE TABLE core.cutoff AS
WITH asked_for AS (
    SELECT DISTINCT period.as_of, calendar.department
    FROM core.period AS period
    CROSS JOIN core.calendar AS calendar
)

SELECT
    asked_for.as_of,
    asked_for.department,
    coalesce(
        calendar.seconds_before + least(epoch(asked_for.as_of), epoch(calendar.closes_at)) - epoch(calendar.opens_at),
        0
    ) AS place
FROM asked_for
ASOF LEFT JOIN core.calendar AS calendar
    ON asked_for.department = calendar.department AND asked_for.as_of >= calendar.opens_at;
