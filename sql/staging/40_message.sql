-- staging.message: every item of the week, and of the earlier threads that the week may change, with the conversation
-- it belongs to. To the other earlier threads nothing happened: 60_open_before carries them on as they are.
-- A thread is what the platform calls one, or else the chain of replies up to the oldest message that is known.
-- Reads staging.mention (this week), staging.open_before (earlier threads that still matter), staging.this_week.
--   author          who wrote; answers_author: whom an answer of ours answers
--   role            of ours: "broadcast" opens a thread, "reply" comes after somebody else, "continuation" after us
--   exchange_no     how often the word has passed between them and us in this thread, up to this message

-- An item that a source gave with two times of writing lies in two weeks: the first is the true one.
CREATE TABLE staging.new_item AS
WITH twice AS (
    SELECT item_id
    FROM staging.mention
    GROUP BY item_id
    HAVING count(*) > 1
),

again AS (
    SELECT rowid AS item
    FROM staging.mention
    WHERE item_id IN (SELECT item_id FROM twice)
    QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY created_at, page, line) > 1
)

SELECT * EXCLUDE (text, title, sentiment_by, sentiment_words, relevance, relevance_why, topics, intent, department_rule)
FROM staging.mention
WHERE rowid NOT IN (SELECT item FROM again) AND item_id NOT IN (SELECT item_id FROM staging.open_before);

-- The earlier threads that the week may change: by what is said in it, or by a call that was foretold.
CREATE TABLE staging.continued AS
SELECT DISTINCT earlier.thread_id
FROM staging.open_before AS earlier
CROSS JOIN staging.this_week AS this_week
WHERE
    earlier.thread_id IN (SELECT unnest([thread_id, parent_id]) FROM staging.new_item)
    OR earlier.item_id IN (SELECT parent_id FROM staging.new_item)
    OR earlier.parent_id IN (SELECT item_id FROM staging.new_item)
    OR earlier.contacted_at >= this_week.start_at;

CREATE TABLE staging.known AS
SELECT *, FALSE AS came_before FROM staging.new_item
UNION ALL BY NAME
SELECT *, TRUE AS came_before
FROM staging.open_before
WHERE thread_id IN (SELECT thread_id FROM staging.continued);

-- What each reply answers, and what that answered, in whichever thread they are.
CREATE TABLE staging.answered AS
WITH written AS (
    SELECT item_id, parent_id, thread_id, direction, author_key, created_at, deleted FROM staging.open_before
    UNION ALL
    SELECT item_id, parent_id, thread_id, direction, author_key, created_at, deleted FROM staging.new_item
)

SELECT
    item.item_id,
    parent.item_id AS parent_id,
    parent.thread_id,
    parent.direction,
    parent.deleted,
    parent.author_key,
    grandparent.direction = 'inbound' AS answered_others,
    coalesce(grandparent.author_key, grandparent.item_id) AS answered_author,
    grandparent.author_key AS answered_author_key,
    -- Many sources count in minutes: of two messages in one moment, what it answers comes before the answer.
    CASE
        WHEN item.created_at = parent.created_at AND item.created_at = grandparent.created_at THEN 2
        WHEN item.created_at = parent.created_at THEN 1
        ELSE 0
    END AS place_in_moment
FROM staging.known AS item
INNER JOIN written AS parent ON item.parent_id = parent.item_id
LEFT JOIN written AS grandparent ON parent.parent_id = grandparent.item_id;

CREATE TABLE staging.threaded AS
WITH RECURSIVE reply AS (
    SELECT
        item.item_id,
        item.parent_id,
        -- A thread with a name, or a message without a known parent; without either it depends on the parent.
        coalesce(
            item.thread_id,
            answered.thread_id,
            if(answered.item_id IS NULL, coalesce(item.parent_id, item.item_id), NULL)
        ) AS thread_key
    FROM staging.known AS item
    LEFT JOIN staging.answered AS answered USING (item_id)
),

chain AS (
    SELECT item_id, thread_key
    FROM reply
    WHERE thread_key IS NOT NULL
    UNION ALL
    SELECT child.item_id, chain.thread_key
    FROM reply AS child
    INNER JOIN chain ON child.parent_id = chain.item_id
    WHERE child.thread_key IS NULL
)

SELECT
    item.item_id,
    -- Replies that answer each other in a circle reach no oldest message: each is its own thread.
    coalesce(chain.thread_key, item.item_id) AS thread_key,
    item.created_at,
    coalesce(answered.place_in_moment, 0) AS place_in_moment,
    item.direction,
    item.kind <> 'repost' AND item.direction IN ('inbound', 'outbound') AS spoken,
    item.department,
    item.case_department
FROM staging.known AS item
LEFT JOIN chain USING (item_id)
LEFT JOIN staging.answered AS answered USING (item_id);

CREATE TABLE staging.message AS
WITH passed AS (
    SELECT
        item_id,
        thread_key,
        created_at,
        place_in_moment,
        direction,
        coalesce(lag(direction) OVER thread <> direction, TRUE) AS passes
    FROM staging.threaded
    WHERE spoken
    WINDOW thread AS (PARTITION BY thread_key ORDER BY created_at, place_in_moment, item_id)
),

said AS (
    SELECT
        item_id,
        sum(passes::INTEGER) OVER so_far AS exchange_no,
        coalesce(bool_or(direction = 'inbound') OVER so_far, FALSE) AS after_others
    FROM passed
    WINDOW so_far AS (
        PARTITION BY thread_key ORDER BY created_at, place_in_moment, item_id ROWS UNBOUNDED PRECEDING
    )
),

thread AS (
    SELECT
        thread_key,
        coalesce(
            first(case_department ORDER BY created_at, place_in_moment, item_id)
            FILTER (case_department IS NOT NULL),
            first(department ORDER BY created_at, place_in_moment, item_id)
            FILTER (direction = 'inbound' AND department IS NOT NULL),
            'nobody'
        ) AS department,
        first(direction ORDER BY created_at, place_in_moment, item_id) = 'outbound' AS we_started
    FROM staging.threaded
    GROUP BY thread_key
),

heard AS (
    SELECT case_id, min(created_at) AS case_heard_at
    FROM (
        SELECT case_id, direction, created_at FROM staging.open_before
        UNION ALL
        SELECT case_id, direction, created_at FROM staging.new_item
    )
    WHERE direction = 'inbound' AND case_id IS NOT NULL
    GROUP BY case_id
)

SELECT
    item.* EXCLUDE (department),
    threaded.thread_key,
    -- Who wrote is sometimes not given: then it is who the conversation was with, or else one more person who waits.
    coalesce(
        item.author_key,
        if(
            item.direction = 'inbound' AND answered.direction = 'inbound' AND NOT item.deleted,
            answered.author_key,
            NULL
        ),
        item.item_id
    ) AS author,
    thread.department,
    thread.we_started,
    CASE
        WHEN item.direction <> 'outbound' THEN NULL
        WHEN answered.direction = 'inbound'
            THEN coalesce(
                answered.author_key,
                if(answered.answered_others AND NOT answered.deleted, answered.answered_author_key, NULL),
                answered.parent_id
            )
        WHEN answered.answered_others THEN answered.answered_author
    END AS answers_author,
    CASE
        WHEN item.direction <> 'outbound' OR item.kind = 'repost' THEN NULL
        -- What it replies to may be lost; somebody else wrote it.
        WHEN said.after_others OR (item.parent_id IS NOT NULL AND answered.parent_id IS NULL) THEN 'reply'
        WHEN item.parent_id IS NULL THEN 'broadcast'
        ELSE 'continuation'
    END AS role,
    coalesce(said.exchange_no, 0)::INTEGER AS exchange_no,
    heard.case_heard_at
FROM staging.known AS item
INNER JOIN staging.threaded AS threaded USING (item_id)
INNER JOIN thread USING (thread_key)
LEFT JOIN heard ON item.case_id = heard.case_id
LEFT JOIN said USING (item_id)
LEFT JOIN staging.answered AS answered USING (item_id);

-- staging.week_message: what the lake keeps of it, the week's own items without a word of what they say.

CREATE TABLE staging.week_message AS
SELECT
    strftime(created_at, '%G-W%V') AS iso_week,
    item_id,
    thread_key,
    author,
    source,
    department,
    kind,
    direction,
    visibility,
    role,
    exchange_no,
    we_started,
    eligibility,
    template,
    sentiment,
    sentiment_score,
    language,
    created_at,
    claimed_at,
    edited_at,
    deleted,
    came_late,
    case_id,
    if(case_id IS NULL, NULL, case_heard_at) AS case_heard_at,
    case_cause,
    case_action,
    assigned_at,
    contacted_at,
    first_resolved_at,
    resolved_at,
    reopened_at
FROM staging.message
WHERE NOT came_before
ORDER BY created_at, item_id;
