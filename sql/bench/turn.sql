-- bench.turn: who began to wait in the week of bench.message and who stopped waiting in it, in the shape of
-- staging.week_turn; bench.asked remembers who is answered in a later week. One in four is never answered, the others
-- after two hours in the middle, log-normally spread.

CREATE TABLE IF NOT EXISTS bench.asked (
    iso_week VARCHAR,
    item_id VARCHAR,
    thread_key VARCHAR,
    author VARCHAR,
    turn_no INTEGER,
    messages INTEGER,
    source VARCHAR,
    department VARCHAR,
    asked_at TIMESTAMPTZ,
    acknowledged_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    answered_by VARCHAR
);

INSERT INTO bench.asked
WITH asking AS (
    SELECT
        *,
        if(bench.dice(item_id, 'answered') < 0.75, to_timestamp((epoch(created_at) + greatest(1, floor(exp(
            ln(7200)
            + 1.6 * sqrt(-2 * ln(1 - bench.dice(item_id, 'delay'))) * cos(2 * pi() * bench.dice(item_id, 'turn'))
        ))))::BIGINT), NULL) AS answered_at
    FROM bench.message
    WHERE direction = 'inbound' AND eligibility = 'eligible' AND NOT we_started
)

SELECT
    iso_week,
    item_id,
    thread_key,
    author,
    row_number() OVER (PARTITION BY thread_key ORDER BY created_at, item_id) AS turn_no,
    1 AS messages,
    source,
    department,
    created_at AS asked_at,
    if(bench.dice(item_id, 'template') < 0.2, created_at + INTERVAL 2 MINUTES, answered_at) AS acknowledged_at,
    answered_at,
    if(answered_at IS NULL, NULL, if(visibility = 'public', 'public', 'private')) AS answered_by
FROM asking;

CREATE OR REPLACE TABLE bench.turn AS
SELECT
    asked.iso_week,
    asked.asked_at < week.start_at AS ends,
    asked.item_id,
    asked.thread_key,
    asked.author,
    asked.turn_no,
    asked.messages,
    asked.source,
    asked.department,
    asked.asked_at,
    if(asked.acknowledged_at < week.end_at, asked.acknowledged_at, NULL) AS acknowledged_at,
    if(asked.answered_at < week.end_at, asked.answered_at, NULL) AS answered_at,
    if(asked.answered_at < week.end_at, asked.answered_by, NULL) AS answered_by
FROM bench.asked AS asked
CROSS JOIN bench.week AS week
WHERE asked.asked_at >= week.start_at OR asked.answered_at < week.end_at
ORDER BY asked.asked_at, asked.item_id;

DELETE FROM bench.asked
USING bench.week AS week
WHERE asked.answered_at < week.end_at OR asked.answered_at IS NULL;
