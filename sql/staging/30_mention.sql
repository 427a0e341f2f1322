-- The lake's own table: one row per item, judged, and without the words of what was deleted or is urgent.
-- Words that are gone altogether (docs/privacy) were judged while they were there: item.kept says as what.
-- Reads staging.item, staging.verdict, staging.worded, staging.topic (item_id, place, topic, fired, similarity),
-- staging.fired, staging.routed, staging.department (id), staging.promise (eligible, template_threads).

-- Every step adds a few columns to all items; the planner thinks that hardly any item is left after the first.
SET disabled_optimizers = 'join_order,build_side_probe_side';

CREATE TABLE staging.mention AS
WITH judged AS (
    SELECT
        item.* EXCLUDE (kept),
        item.kept,
        item.kept IS NOT NULL AS is_kept,
        if(is_kept, item.kept.language, verdict.language) AS language,
        if(is_kept, NULL, verdict.sentiment_words) AS sentiment_words,
        if(is_kept, item.kept.sentiment_by, verdict.sentiment_by) AS sentiment_by,
        if(is_kept, item.kept.sentiment_score, verdict.sentiment_score) AS sentiment_score,
        if(is_kept, item.kept.sentiment, verdict.sentiment) AS sentiment,
        CASE
            WHEN item.visibility = 'internal' THEN 'internal'
            WHEN item.author_kind = 'public' AND item.of_strangers THEN 'stranger'
            WHEN item.author_kind = 'public' THEN 'inbound'
            WHEN item.author_kind IN ('own', 'staff') THEN 'outbound'
            ELSE 'machine'
        END AS direction
    FROM staging.item AS item
    INNER JOIN staging.verdict AS verdict USING (item_id)
    -- A reply from before its message is a wrong clock somewhere: set aside, never clipped to zero.
    WHERE item.parent_created_at IS NULL OR item.parent_created_at <= item.created_at
),

in_order AS (
    SELECT *
    FROM staging.topic
    ORDER BY item_id, place
),

about AS (
    SELECT
        item_id,
        list(
            {
                topic: topic,
                fired: fired,
                similarity: similarity
            }
        ) AS topics
    -- A list keeps the order that it is given.
    FROM in_order
    GROUP BY item_id
),

sign AS (
    SELECT
        item_id,
        bool_or(mark = 'question') AS asks,
        bool_or(mark = 'announcement') AS announces,
        bool_or(mark = 'spam') AS sells,
        bool_or(mark = 'complaint') AS complains,
        bool_or(mark = 'compliment') AS thanks,
        bool_or(mark = 'urgent') AS urgent
    FROM staging.fired
    WHERE kind = 'intent'
    GROUP BY item_id
),

wanted AS (
    SELECT
        judged.*,
        coalesce(if(judged.is_kept, judged.kept.urgent, sign.urgent), FALSE) AS urgent,
        CASE
            WHEN judged.is_kept THEN judged.kept.intent
            WHEN judged.direction <> 'inbound' OR judged.kind = 'repost' THEN NULL
            -- Nothing but links, which were masked when the page was read.
            WHEN
                lower(judged.case_status) = 'spam'
                OR sign.sells
                OR regexp_full_match(trim(judged.text), '((\[link\]|https?://\S+)\s*)+')
                THEN 'spam'
            WHEN judged.kind = 'article' THEN 'announcement'
            WHEN sign.asks THEN 'question'
            WHEN sign.announces AND NOT coalesce(sign.complains, FALSE) THEN 'announcement'
            WHEN judged.sentiment = 'negative' OR sign.complains THEN 'complaint'
            WHEN contains(judged.text, '?') THEN 'question'
            WHEN judged.sentiment = 'positive' OR sign.thanks THEN 'compliment'
            ELSE 'other'
        END AS intent
    FROM judged
    LEFT JOIN sign USING (item_id)
),

-- The same eight words or more, sent by us to so many people in one week, were written once and for nobody in
-- particular. The first three words (a greeting) and the last two (a signature) may differ.
core_words AS MATERIALIZED (
    SELECT
        item.item_id,
        item.thread,
        string_split(trim(regexp_replace(worded.words, '\p{N}+', '', 'g')), ' ')[4:-3] AS words
    FROM (SELECT item_id, direction, coalesce(thread_id, parent_id, item_id) AS thread FROM judged) AS item
    INNER JOIN staging.worded AS worded USING (item_id)
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
    wanted.item_id,
    wanted.source,
    wanted.kind,
    wanted.parent_id,
    wanted.thread_id,
    wanted.author_key,
    wanted.author_kind,
    wanted.direction,
    wanted.visibility,
    wanted.created_at,
    wanted.claimed_at,
    wanted.edited_at,
    wanted.deleted,
    wanted.came_late,
    wanted.language,
    -- What is urgent is for one person to read, in its own place: nobody can quote what is not here.
    if(wanted.deleted OR wanted.urgent, NULL, wanted.text) AS text,
    if(wanted.deleted OR wanted.urgent, NULL, wanted.title) AS title,
    wanted.sentiment,
    wanted.sentiment_score,
    wanted.sentiment_by,
    if(wanted.deleted OR wanted.urgent, NULL, wanted.sentiment_words) AS sentiment_words,
    wanted.relevance,
    wanted.relevance_why,
    -- Nor does what fired, which says as much as the words.
    if(wanted.urgent, [], coalesce(if(wanted.is_kept, wanted.kept.topics, about.topics), [])) AS topics,
    wanted.intent,
    if(wanted.is_kept, wanted.kept.department, routed.department) AS department,
    if(wanted.urgent, NULL, if(wanted.is_kept, wanted.kept.department_rule, routed.rule)) AS department_rule,
    -- Why an item does or does not ask for an answer from us; "eligible" is what the response metrics count.
    CASE
        WHEN wanted.direction <> 'inbound' THEN NULL
        WHEN wanted.kind = 'repost' THEN 'repost'
        WHEN lower(wanted.case_status) = 'spam' THEN 'spam'
        -- "all": every conversation that somebody else opens, and after that what asks for an answer.
        WHEN promise.eligible = 'all' AND wanted.parent_id IS NULL THEN 'eligible'
        WHEN wanted.needs_reply THEN 'eligible'
        WHEN NOT wanted.needs_reply THEN 'no_reply_needed'
        -- Somebody made it a case, so somebody saw something to answer.
        WHEN wanted.case_id IS NOT NULL THEN 'eligible'
        WHEN wanted.kind IN ('article', 'survey_answer') THEN 'not_asking'
        WHEN wanted.intent = 'spam' THEN 'spam'
        WHEN wanted.intent IN ('question', 'complaint') THEN 'eligible'
        ELSE 'not_asking'
    END AS eligibility,
    if(wanted.is_kept, wanted.kept.template, wanted.item_id IN (SELECT item_id FROM template)) AS template,
    wanted.case_id,
    -- A department that the institution file does not name cannot own anything.
    if(wanted.case_department IN (SELECT id FROM staging.department), wanted.case_department, NULL) AS case_department,
    wanted.case_cause,
    wanted.case_action,
    wanted.case_status,
    wanted.assigned_at,
    wanted.contacted_at,
    wanted.first_resolved_at,
    wanted.resolved_at,
    wanted.reopened_at,
    wanted.page,
    wanted.line
FROM wanted
CROSS JOIN staging.promise AS promise
LEFT JOIN about USING (item_id)
LEFT JOIN staging.routed AS routed USING (item_id)
ORDER BY wanted.created_at, wanted.item_id;

RESET disabled_optimizers;

-- Whom the contact in the institution's file should read, and where: nothing else is kept of it.

CREATE TABLE staging.urgent AS
WITH wanted_urgent AS (
    SELECT item_id
    FROM staging.fired
    WHERE kind = 'intent' AND mark = 'urgent'
)

SELECT item.item_id, item.source, item.created_at, item.page, item.line
FROM staging.item AS item
WHERE if(item.kept IS NULL, item.item_id IN (SELECT item_id FROM wanted_urgent), item.kept.urgent)
ORDER BY item.created_at, item.item_id;
