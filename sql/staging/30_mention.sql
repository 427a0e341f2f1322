-- The lake's own table: one row per item, judged, and without the words of what was deleted.
-- Reads staging.item, staging.tone, staging.keyword (rank, department, word), staging.department (id),
-- staging.promise (eligible).

CREATE TABLE staging.mention AS
WITH judged AS (
    SELECT
        item.*,
        tone.language,
        tone.sentiment_score,
        CASE
            WHEN tone.sentiment_score IS NULL THEN 'unknown'
            WHEN tone.sentiment_score > 0.1 THEN 'positive'
            WHEN tone.sentiment_score < -0.1 THEN 'negative'
            ELSE 'neutral'
        END AS sentiment,
        CASE
            WHEN item.visibility = 'internal' THEN 'internal'
            WHEN item.author_kind = 'public' THEN 'inbound'
            WHEN item.author_kind IN ('own', 'staff') THEN 'outbound'
            ELSE 'machine'
        END AS direction
    FROM staging.item AS item
    INNER JOIN staging.tone AS tone USING (item_id)
    -- A reply from before its message is a wrong clock somewhere: set aside, never clipped to zero.
    WHERE item.parent_created_at IS NULL OR item.parent_created_at <= item.created_at
),

-- A keyword is the beginning of a word: "les" is in "lessen", and not in "alles".
worded AS (
    SELECT
        item_id,
        ' ' || regexp_replace(lower(concat_ws(' ', title, text)), '[^\p{L}\p{N}-]+', ' ', 'g') AS words
    FROM staging.item
),

routed AS (
    SELECT
        worded.item_id,
        arg_min(keyword.department, keyword.rank) AS department,
        arg_min(keyword.word, keyword.rank) AS rule
    FROM worded
    INNER JOIN staging.keyword AS keyword ON contains(worded.words, ' ' || keyword.word)
    GROUP BY worded.item_id
)

SELECT
    judged.item_id,
    judged.source,
    judged.kind,
    judged.parent_id,
    judged.thread_id,
    judged.author_key,
    judged.author_kind,
    judged.direction,
    judged.visibility,
    judged.created_at,
    judged.edited_at,
    judged.deleted,
    judged.came_late,
    judged.language,
    if(judged.deleted, NULL, judged.text) AS text,
    if(judged.deleted, NULL, judged.title) AS title,
    judged.sentiment,
    judged.sentiment_score,
    routed.department,
    routed.rule AS department_rule,
    judged.direction = 'inbound'
    AND judged.kind <> 'repost'
    AND CASE
        -- "all": every conversation that somebody else opens, and after that what asks for an answer.
        WHEN promise.eligible = 'all' AND judged.parent_id IS NULL THEN TRUE
        WHEN judged.needs_reply IS NOT NULL THEN judged.needs_reply
        -- Somebody made it a case, so somebody saw something to answer.
        WHEN judged.case_id IS NOT NULL THEN TRUE
        WHEN judged.kind IN ('article', 'survey_answer') THEN FALSE
        ELSE contains(judged.text, '?') OR judged.sentiment = 'negative'
    END IS TRUE AS needs_answer,
    judged.case_id,
    -- A department that the institution file does not name cannot own anything.
    if(judged.case_department IN (SELECT id FROM staging.department), judged.case_department, NULL) AS case_department,
    judged.case_cause,
    judged.case_action,
    judged.case_status,
    judged.assigned_at,
    judged.contacted_at,
    judged.resolved_at,
    judged.reopened_at,
    judged.page,
    judged.line
FROM judged
CROSS JOIN staging.promise AS promise
LEFT JOIN routed USING (item_id)
ORDER BY judged.created_at, judged.item_id;
