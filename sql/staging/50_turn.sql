-- staging.turn: one row each time a person waits for us. Consecutive messages of one author before an answer are one
-- turn, whose clock starts at the first; writing again after an answer starts the next turn. The first turn of a thread
-- is the conversation's own; who joins in later waits as well, but opens no conversation.
-- Only a person of ours stops the clock: no bot, no auto-reply, no template, no note among colleagues, not the author.
--   acknowledged_at   the first sign of life from us, a template included
--   answered_at       the first real answer, by answered_by: "public", "private" (a message or ticket), "call" (logged)

CREATE TABLE staging.turn AS
WITH asker AS (
    SELECT thread_key, list(DISTINCT author ORDER BY author) AS authors
    FROM staging.message
    WHERE direction = 'inbound'
    GROUP BY thread_key
),

answer AS (
    -- Who answers nobody in particular answers everybody in the thread.
    SELECT
        message.thread_key,
        message.created_at AS answered_at,
        if(message.visibility = 'public', 'public', 'private') AS answered_by,
        message.template,
        unnest(if(message.answers_author IS NOT NULL, [message.answers_author], asker.authors)) AS author
    FROM staging.message AS message
    LEFT JOIN asker USING (thread_key)
    WHERE message.direction = 'outbound' AND message.kind <> 'repost'
    UNION ALL BY NAME
    SELECT thread_key, contacted_at AS answered_at, 'call' AS answered_by, FALSE AS template, author
    FROM staging.message
    WHERE direction = 'inbound' AND contacted_at >= created_at
),

-- Two answers in one second: the public one tells.
real_answer AS (
    SELECT thread_key, author, answered_at, max(answered_by) AS answered_by
    FROM answer
    WHERE NOT template
    GROUP BY thread_key, author, answered_at
),

any_answer AS (
    SELECT DISTINCT thread_key, author, answered_at AS acknowledged_at
    FROM answer
),

asked AS (
    SELECT message.*, answer.answered_at, answer.answered_by
    FROM staging.message AS message
    ASOF LEFT JOIN real_answer AS answer
        ON
            message.thread_key = answer.thread_key
            AND message.author = answer.author
            AND message.created_at <= answer.answered_at
    WHERE message.direction = 'inbound' AND message.eligibility = 'eligible' AND NOT message.we_started
),

turn AS (
    SELECT
        thread_key,
        author,
        answered_at,
        any_value(answered_by) AS answered_by,
        min(created_at) AS asked_at,
        -- Of two messages in one second always the same one: later weeks find the turn again by it.
        first(item_id ORDER BY created_at, item_id) AS item_id,
        first(source ORDER BY created_at, item_id) AS source,
        first(department ORDER BY created_at, item_id) AS department,
        count(*) AS messages,
        row_number() OVER (PARTITION BY thread_key ORDER BY min(created_at), author) AS turn_no
    FROM asked
    GROUP BY thread_key, author, answered_at
)

SELECT turn.*, any_answer.acknowledged_at
FROM turn
ASOF LEFT JOIN any_answer
    ON
        turn.thread_key = any_answer.thread_key
        AND turn.author = any_answer.author
        AND turn.asked_at <= any_answer.acknowledged_at;

-- staging.week_turn: what the lake keeps of it: who began to wait in this week, and who stopped waiting in it.
-- A turn that began in an earlier week has a second row ("ends") in the week of its answer.
-- Reads staging.this_week (start_at, end_at).

CREATE TABLE staging.week_turn AS
SELECT
    strftime(turn.asked_at, '%G-W%V') AS iso_week,
    turn.asked_at < this_week.start_at AS ends,
    turn.item_id,
    turn.thread_key,
    turn.author,
    turn.turn_no::INTEGER AS turn_no,
    turn.messages::INTEGER AS messages,
    turn.source,
    turn.department,
    turn.asked_at,
    turn.acknowledged_at,
    turn.answered_at,
    turn.answered_by
FROM staging.turn AS turn
CROSS JOIN staging.this_week AS this_week
WHERE
    turn.asked_at >= this_week.start_at
    OR turn.acknowledged_at >= this_week.start_at
    OR turn.answered_at >= this_week.start_at
ORDER BY turn.asked_at, turn.item_id;
