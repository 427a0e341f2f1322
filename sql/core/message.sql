-- core.message: every item with the conversation it belongs to, and for our answers: whom they answer.
-- A thread is what the platform calls one, or else the chain of replies up to the oldest message that is known.

CREATE TABLE core.message AS
WITH RECURSIVE once AS (
    -- An item that a source gave with two times of writing lies in two weeks: the first is the true one.
    SELECT *
    FROM staging.mention
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
)

SELECT
    item.* EXCLUDE (department),
    coalesce(chain.thread_key, item.item_id) AS thread_key,
    -- Who wrote is sometimes not given: then it is who the conversation was with, or else one more person who waits.
    coalesce(
        item.author_key,
        if(item.direction = 'inbound' AND parent.direction = 'inbound' AND NOT item.deleted, parent.author_key, NULL),
        item.item_id
    ) AS author,
    coalesce(
        arg_min(item.case_department, item.created_at) OVER thread,
        arg_min(item.department, item.created_at) FILTER (item.direction = 'inbound') OVER thread,
        'nobody'
    ) AS department,
    coalesce(arg_min(item.direction, item.created_at) OVER thread = 'outbound', FALSE) AS we_started,
    CASE
        WHEN item.direction <> 'outbound' OR parent.item_id IS NULL THEN NULL
        WHEN parent.direction = 'inbound'
            THEN coalesce(
                parent.author_key,
                if(grandparent.direction = 'inbound' AND NOT parent.deleted, grandparent.author_key, NULL),
                parent.item_id
            )
        WHEN grandparent.direction = 'inbound' THEN coalesce(grandparent.author_key, grandparent.item_id)
    END AS answers_author
FROM once AS item
-- Replies that answer each other in a circle reach no oldest message: each is its own thread.
LEFT JOIN chain USING (item_id)
LEFT JOIN once AS parent ON item.parent_id = parent.item_id
LEFT JOIN once AS grandparent ON parent.parent_id = grandparent.item_id
WINDOW thread AS (PARTITION BY coalesce(chain.thread_key, item.item_id));
