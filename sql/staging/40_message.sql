-- staging.message: every item of the week and of the threads that came before it, with the conversation it belongs to.
-- A thread is what the platform calls one, or else the chain of replies up to the oldest message that is known.
-- Reads staging.mention (this week), staging.open_before (earlier threads that still matter).
--   author          who wrote; answers_author: whom an answer of ours answers
--   role            of ours: "broadcast" opens a thread, "reply" comes after somebody else, "continuation" after us
--   exchange_no     how often the word has passed between them and us in this thread, up to this message

CREATE TABLE staging.known AS
SELECT *, FALSE AS came_before FROM staging.mention
UNION ALL BY NAME
SELECT *, TRUE AS came_before FROM staging.open_before;

CREATE TABLE staging.message AS
WITH RECURSIVE twice AS (
    SELECT item_id
    FROM staging.known
    GROUP BY item_id
    HAVING count(*) > 1
),

once AS (
    SELECT *
    FROM staging.known
    WHERE item_id NOT IN (SELECT item_id FROM twice)
    UNION ALL
    -- An item that a source gave with two times of writing lies in two weeks: the first is the true one.
    SELECT *
    FROM staging.known
    WHERE item_id IN (SELECT item_id FROM twice)
    QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY created_at, page, line) = 1
),

chain AS (
    SELECT
        item.item_id,
        -- The base of the recursion: a thread with a name, or a message without a known parent.
        coalesce(item.thread_id, item.parent_id, item.item_id) AS thread_key,
        item.parent_id
    FROM once AS item
    LEFT JOIN once AS parent ON item.parent_id = parent.item_id
    WHERE item.thread_id IS NOT NULL OR parent.item_id IS NULL
    UNION ALL
    SELECT child.item_id, chain.thread_key, child.parent_id
    FROM once AS child
    INNER JOIN chain ON child.parent_id = chain.item_id
    WHERE child.thread_id IS NULL
),

threaded AS (
    SELECT
        item.*,
        -- Replies that answer each other in a circle reach no oldest message: each is its own thread.
        coalesce(chain.thread_key, item.item_id) AS thread_key,
        item.kind <> 'repost' AND item.direction IN ('inbound', 'outbound') AS spoken,
        -- Many sources count in minutes: of two messages in one moment, what it answers comes before the answer.
        CASE
            WHEN item.created_at = parent.created_at AND item.created_at = grandparent.created_at THEN 2
            WHEN item.created_at = parent.created_at THEN 1
            ELSE 0
        END AS place_in_moment
    FROM once AS item
    LEFT JOIN chain USING (item_id)
    LEFT JOIN once AS parent ON item.parent_id = parent.item_id
    LEFT JOIN once AS grandparent ON parent.parent_id = grandparent.item_id
),

passed AS (
    SELECT
        item_id,
        thread_key,
        created_at,
        place_in_moment,
        direction,
        coalesce(lag(direction) OVER thread <> direction, TRUE) AS passes
    FROM threaded
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
    FROM threaded
    GROUP BY thread_key
),

heard AS (
    SELECT case_id, min(created_at) AS case_heard_at
    FROM threaded
    WHERE direction = 'inbound'
    GROUP BY case_id
)

SELECT
    item.* EXCLUDE (department, spoken, place_in_moment),
    -- Who wrote is sometimes not given: then it is who the conversation was with, or else one more person who waits.
    coalesce(
        item.author_key,
        if(item.direction = 'inbound' AND parent.direction = 'inbound' AND NOT item.deleted, parent.author_key, NULL),
        item.item_id
    ) AS author,
    thread.department,
    thread.we_started,
    CASE
        WHEN item.direction <> 'outbound' OR parent.item_id IS NULL THEN NULL
        WHEN parent.direction = 'inbound'
            THEN coalesce(
                parent.author_key,
                if(grandparent.direction = 'inbound' AND NOT parent.deleted, grandparent.author_key, NULL),
                parent.item_id
            )
        WHEN grandparent.direction = 'inbound' THEN coalesce(grandparent.author_key, grandparent.item_id)
    END AS answers_author,
    CASE
        WHEN item.direction <> 'outbound' OR item.kind = 'repost' THEN NULL
        -- What it replies to may be lost; somebody else wrote it.
        WHEN said.after_others OR (item.parent_id IS NOT NULL AND parent.item_id IS NULL) THEN 'reply'
        WHEN item.parent_id IS NULL THEN 'broadcast'
        ELSE 'continuation'
    END AS role,
    coalesce(said.exchange_no, 0)::INTEGER AS exchange_no,
    heard.case_heard_at
FROM threaded AS item
INNER JOIN thread USING (thread_key)
LEFT JOIN heard ON item.case_id = heard.case_id
LEFT JOIN said USING (item_id)
LEFT JOIN once AS parent ON item.parent_id = parent.item_id
LEFT JOIN once AS grandparent ON parent.parent_id = grandparent.item_id;

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
