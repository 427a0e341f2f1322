-- core.turn: every turn in which somebody waited for us. What a later week knows of its answer is laid beside it;
-- cut-offs come after this.

CREATE VIEW core.turn AS
WITH later AS (
    SELECT
        item_id,
        min(acknowledged_at) AS acknowledged_at,
        min(answered_at) AS answered_at,
        arg_min(answered_by, answered_at) AS answered_by
    FROM staging.week_turn
    WHERE ends
    GROUP BY item_id
)

SELECT
    own.iso_week,
    own.item_id,
    own.thread_key,
    own.author,
    own.turn_no,
    own.messages,
    own.source,
    own.department,
    own.asked_at,
    -- least() knows nothing of NULL: who was answered in one of the two weeks was answered.
    least(own.acknowledged_at, later.acknowledged_at) AS acknowledged_at,
    least(own.answered_at, later.answered_at) AS answered_at,
    if(later.answered_at < own.answered_at, later.answered_by, coalesce(own.answered_by, later.answered_by))
        AS answered_by
FROM staging.week_turn AS own
LEFT JOIN later ON own.item_id = later.item_id
WHERE NOT own.ends;

-- core.placed_turn: each with the promise that it met and with the places of its ends on the opening clock of its
-- department and source.
--   by_open_clock                        the promise is counted on the opening clock
--   target_seconds, acknowledge_seconds  what was promised on the day of asking

CREATE VIEW core.placed_turn AS
WITH scheduled AS (
    SELECT
        turn.* EXCLUDE (department, source, messages),
        schedule.department,
        schedule.source,
        schedule.schedule
    FROM core.turn AS turn
    INNER JOIN core.schedule AS schedule ON turn.department = schedule.department AND turn.source = schedule.source
)

SELECT
    turn.*,
    core.place_in_hour(
        asked.seconds_before, asked.opens, asked.closes, asked.again_opens, asked.again_closes,
        core.second_of(turn.asked_at)
    ) AS asked_place,
    core.place_in_hour(
        answered.seconds_before, answered.opens, answered.closes, answered.again_opens, answered.again_closes,
        core.second_of(turn.answered_at)
    ) AS answered_place,
    promise.clock = 'open' AS by_open_clock,
    promise.target_seconds,
    promise.acknowledge_seconds
FROM scheduled AS turn
INNER JOIN core.promise AS promise ON turn.asked_at >= promise.valid_from AND turn.asked_at < promise.valid_until
INNER JOIN core.calendar AS asked
    ON turn.schedule = asked.schedule AND core.hour_of(turn.asked_at) = asked.hour
LEFT JOIN core.calendar AS answered
    ON turn.schedule = answered.schedule AND core.hour_of(turn.answered_at) = answered.hour;

-- core.counted_turn: those of the weeks that a period counts. A table: a dozen metrics read it.

CREATE TABLE core.counted_turn AS
SELECT *
FROM core.placed_turn
WHERE iso_week IN (SELECT unnest([iso_week, iso_week_before]) FROM core.covered);

-- core.carried_turn: those of the half year before who still waited at the first cut-off. A view: only the backlog asks
-- for them, and whoever does not ask for it reads no half year.

CREATE VIEW core.carried_turn AS
SELECT *
FROM core.placed_turn
WHERE
    iso_week NOT IN (SELECT unnest([iso_week, iso_week_before]) FROM core.covered)
    AND (answered_at IS NULL OR answered_at > (SELECT min(as_of) FROM core.period));
