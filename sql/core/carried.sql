-- core.carried: the messages of people who are still waiting, ready to be read in front of the next week.

CREATE TABLE core.carried AS
SELECT message.* EXCLUDE (thread_key, author, answers_author, we_started) REPLACE (message.thread_key AS thread_id)
FROM core.message AS message
INNER JOIN core.waiting_turn AS turn
    ON
        message.thread_key = turn.thread_key
        AND message.author = turn.author
        AND message.created_at >= turn.asked_at
WHERE turn.answered_at IS NULL AND message.direction = 'inbound'
ORDER BY message.created_at, message.item_id;
