-- core.waiting_turn: one row each time a person waits for us. Consecutive messages of one author before an answer are
-- one turn, whose clock starts at the first; writing again after an answer starts the next turn. The first turn of a
-- thread is the conversation's own; who joins in later waits as well, but opens no conversation.
-- Only a person of ours stops the clock: no bot, no auto-reply, no note among colleagues, not the author himself.

CREATE TABLE core.waiting_turn AS
WITH spoken AS (
    SELECT
        thread_key,
        created_at AS answered_at,
        unnest(
            if(answers_author IS NOT NULL, [answers_author], askers)
        ) AS author
    FROM core.message
    LEFT JOIN (
        SELECT thread_key, list(DISTINCT author ORDER BY author) AS askers
        FROM core.message
        WHERE direction = 'inbound'
        GROUP BY thread_key
    ) USING (thread_key)
    WHERE direction = 'outbound' AND kind <> 'repost'
),

answer AS (
    SELECT thread_key, answered_at, author FROM spoken
    UNION ALL
    -- A telephone call, logged with the case.
    SELECT thread_key, contacted_at AS answered_at, author
    FROM core.message
    WHERE direction = 'inbound' AND contacted_at >= created_at
),

asked AS (
    SELECT message.*, answer.answered_at
    FROM core.message AS message
    ASOF LEFT JOIN answer
        ON
            message.thread_key = answer.thread_key
            AND message.author = answer.author
            AND message.created_at <= answer.answered_at
    WHERE message.direction = 'inbound' AND message.needs_answer AND NOT message.we_started
)

SELECT
    thread_key,
    author,
    answered_at,
    min(created_at) AS asked_at,
    arg_min(item_id, created_at) AS item_id,
    arg_min(source, created_at) AS source,
    arg_min(department, created_at) AS department,
    count(*) AS messages,
    row_number() OVER (PARTITION BY thread_key ORDER BY min(created_at), author) AS turn
FROM asked
GROUP BY thread_key, author, answered_at;
