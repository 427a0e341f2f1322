-- The lake's own table: one row per item, judged, and without the words of what was deleted.
-- Reads staging.item, staging.tone, staging.keyword (rank, department, word), staging.department (id),
-- staging.promise (eligible, template_threads).

CREATE TABLE staging.mention AS
WITH judged AS (
    SELECT
        item.*,
        tone.language,
        tone.sentiment_score,
        tone.sentiment_words,
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
),

-- The same eight words or more, sent by us to so many people in one week, were written once and for nobody in
-- particular. The first three words (a greeting) and the last two (a signature) may differ.
core_words AS (
    SELECT
        item.item_id,
        item.thread,
        string_split(trim(regexp_replace(worded.words, '\p{N}+', '', 'g')), ' ')[4:-3] AS words
    FROM (SELECT item_id, direction, coalesce(thread_id, parent_id, item_id) AS thread FROM judged) AS item
    INNER JOIN worded USING (item_id)
    WHERE item.direction = 'outbound'
),

template AS (
    SELECT unnest(core_words.items) AS item_id
    FROM (
        SELECT words, list(item_id) AS items, count(DISTINCT thread) AS threads
        FROM core_words
        WHERE len(words) >= 8
        GROUP BY words
    ) AS core_words
    CROSS JOIN staging.promise AS promise
    WHERE promise.template_threads > 0 AND core_words.threads >= promise.template_threads
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
    if(judged.deleted, NULL, judged.sentiment_words) AS sentiment_words,
    routed.department,
    routed.rule AS department_rule,
    -- Why an item does or does not ask for an answer from us; "eligible" is what the response metrics count.
    CASE
        WHEN judged.direction <> 'inbound' THEN NULL
        WHEN judged.kind = 'repost' THEN 'repost'
        WHEN lower(judged.case_status) = 'spam' THEN 'spam'
        -- "all": every conversation that somebody else opens, and after that what asks for an answer.
        WHEN promise.eligible = 'all' AND judged.parent_id IS NULL THEN 'eligible'
        WHEN judged.needs_reply THEN 'eligible'
        WHEN NOT judged.needs_reply THEN 'no_reply_needed'
        -- Somebody made it a case, so somebody saw something to answer.
        WHEN judged.case_id IS NOT NULL THEN 'eligible'
        WHEN judged.kind IN ('article', 'survey_answer') THEN 'not_asking'
        -- Nothing but links.
        WHEN regexp_full_match(trim(judged.text), '(https?://\S+\s*)+') THEN 'spam'
        WHEN contains(judged.text, '?') OR judged.sentiment = 'negative' THEN 'eligible'
        ELSE 'not_asking'
    END AS eligibility,
    judged.item_id IN (SELECT item_id FROM template) AS template,
    judged.case_id,
    -- A department that the institution file does not name cannot own anything.
    if(judged.case_department IN (SELECT id FROM staging.department), judged.case_department, NULL) AS case_department,
    judged.case_cause,
    judged.case_action,
    judged.case_status,
    judged.assigned_at,
    judged.contacted_at,
    judged.first_resolved_at,
    judged.resolved_at,
    judged.reopened_at,
    judged.page,
    judged.line
FROM judged
CROSS JOIN staging.promise AS promise
LEFT JOIN routed USING (item_id)
ORDER BY judged.created_at, judged.item_id;
