-- One row per item of this week: its newest version, wherever and in whatever order the versions were landed.
-- Reads staging.landed (every usable line of the pages in reach) and staging.this_week (start_at, end_at).

CREATE VIEW staging.version AS
SELECT
    * EXCLUDE (rating, rating_min, rating_max),
    greatest(created_at, edited_at, assigned_at, contacted_at, resolved_at, reopened_at) AS version_at,
    2.0 * (rating - rating_min) / nullif(rating_max - rating_min, 0) - 1.0 AS rating_score,
    if(
        case_id IS NULL, NULL,
        {
            id: case_id,
            department: case_department,
            cause: case_cause,
            action: case_action,
            status: case_status,
            assigned_at: assigned_at,
            contacted_at: contacted_at,
            resolved_at: resolved_at,
            reopened_at: reopened_at
        }
    ) AS told_case
FROM staging.landed;

-- What several versions of an item say together, under the page and line of the newest. Hardly any item has several.
-- Some sources do not say when something was edited: then what a later collection was given is newer.

CREATE TABLE staging.retold AS
WITH several AS (
    SELECT item_id
    FROM staging.landed
    GROUP BY item_id
    HAVING count(*) > 1
)

SELECT
    item_id,
    page,
    line,
    -- An edit keeps the moment of writing; only what the item says changes.
    min(created_at) FILTER (WHERE kind IS NOT NULL) OVER item AS created_at,
    -- What was claimed in place of just that moment, of whichever version it is.
    first_value(claimed_at) OVER (PARTITION BY item_id ORDER BY created_at, claimed_at NULLS LAST) AS claimed_at,
    min(seen_from) OVER item AS seen_from,
    max(edited_at) OVER item AS edited_at,
    -- A case that is solved again forgets in its newest version that it was solved before.
    min(resolved_at) OVER item AS first_resolved_at,
    -- What a tombstone leaves out, an earlier version may still tell. The words are judged, then dropped.
    first_value(text IGNORE NULLS) OVER newest_first AS text,
    first_value(title IGNORE NULLS) OVER newest_first AS title,
    first_value(accounts IGNORE NULLS) OVER newest_first AS accounts,
    first_value(names IGNORE NULLS) OVER newest_first AS names,
    first_value(author_key IGNORE NULLS) OVER newest_first AS author_key,
    first_value(language IGNORE NULLS) OVER newest_first AS language,
    first_value(thread_id IGNORE NULLS) OVER newest_first AS thread_id,
    first_value(parent_id IGNORE NULLS) OVER newest_first AS parent_id,
    first_value(needs_reply IGNORE NULLS) OVER newest_first AS needs_reply,
    first_value(rating_score IGNORE NULLS) OVER newest_first AS rating_score,
    first_value(told_case IGNORE NULLS) OVER newest_first AS told_case,
    -- What its words were judged as, where they are gone: of the newest version that had any.
    first_value(if(kept IS NULL AND text IS NULL AND title IS NULL, NULL, { judged: kept }) IGNORE NULLS)
        OVER newest_first
        AS said,
    -- A tombstone that says nothing of these reads as a public post by the public.
    first_value(if(deleted, NULL, kind) IGNORE NULLS) OVER newest_first AS kind,
    first_value(if(deleted, NULL, author_kind) IGNORE NULLS) OVER newest_first AS author_kind,
    first_value(if(deleted, NULL, visibility) IGNORE NULLS) OVER newest_first AS visibility
FROM staging.version
WHERE item_id IN (SELECT item_id FROM several)
WINDOW
    item AS (PARTITION BY item_id),
    newest_first AS (
        PARTITION BY item_id
        -- A helpdesk changes a cause without a moment of its own: what was fetched later is newer.
        ORDER BY version_at DESC, seen_from DESC NULLS LAST, page, line
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
-- What has no kind only tells of a case (a statement of the case desk, a ticket about a post): the item is where its
-- source told it.
QUALIFY
    row_number() OVER (
        PARTITION BY item_id
        ORDER BY kind IS NULL, deleted DESC, version_at DESC, seen_from DESC NULLS LAST, page, line
    ) = 1;

CREATE TABLE staging.item AS
WITH newest AS (
    SELECT
        version.item_id,
        version.source,
        coalesce(retold.kind, version.kind) AS kind,
        coalesce(retold.parent_id, version.parent_id) AS parent_id,
        coalesce(retold.thread_id, version.thread_id) AS thread_id,
        coalesce(retold.author_key, version.author_key) AS author_key,
        coalesce(retold.author_kind, version.author_kind) AS author_kind,
        coalesce(retold.visibility, version.visibility) AS visibility,
        coalesce(retold.language, version.language) AS given_language,
        coalesce(retold.text, version.text) AS text,
        coalesce(retold.title, version.title) AS title,
        coalesce(retold.accounts, version.accounts) AS accounts,
        coalesce(retold.names, version.names) AS names,
        coalesce(retold.created_at, version.created_at) AS created_at,
        if(retold.item_id IS NULL, version.claimed_at, retold.claimed_at) AS claimed_at,
        coalesce(retold.edited_at, version.edited_at) AS edited_at,
        version.deleted,
        coalesce(retold.needs_reply, version.needs_reply) AS needs_reply,
        coalesce(retold.rating_score, version.rating_score) AS rating_score,
        coalesce(retold.told_case, version.told_case) AS told_case,
        coalesce(retold.first_resolved_at, version.resolved_at) AS first_resolved_at,
        coalesce(retold.seen_from, version.seen_from) AS seen_from,
        if(retold.item_id IS NULL, version.kept, retold.said.judged) AS kept,
        version.page,
        version.line
    FROM staging.version AS version
    LEFT JOIN staging.retold AS retold USING (item_id)
    WHERE retold.item_id IS NULL OR (version.page = retold.page AND version.line = retold.line)
),

parent AS (
    SELECT version.item_id, version.author_kind, coalesce(retold.created_at, version.created_at) AS created_at
    FROM staging.version AS version
    LEFT JOIN staging.retold AS retold USING (item_id)
    WHERE retold.item_id IS NULL OR (version.page = retold.page AND version.line = retold.line)
)

SELECT
    item.item_id,
    item.source,
    item.kind,
    item.parent_id,
    item.thread_id,
    item.author_key,
    item.author_kind,
    item.visibility,
    item.given_language,
    item.text,
    item.title,
    item.accounts,
    item.names.confidence AS relevance,
    item.names.why AS relevance_why,
    -- Strangers of the same name, unless somebody here took it up or it answers us.
    coalesce(
        NOT item.names.relevant
        AND NOT coalesce(item.needs_reply, FALSE)
        AND item.told_case IS NULL
        AND coalesce(parent.author_kind NOT IN ('own', 'staff'), TRUE),
        FALSE
    ) AS of_strangers,
    item.created_at,
    item.claimed_at,
    item.edited_at,
    item.deleted,
    item.needs_reply,
    item.rating_score,
    item.told_case.id AS case_id,
    item.told_case.department AS case_department,
    item.told_case.cause AS case_cause,
    item.told_case.action AS case_action,
    item.told_case.status AS case_status,
    item.told_case.assigned_at,
    item.told_case.contacted_at,
    least(item.first_resolved_at, item.told_case.reopened_at) AS first_resolved_at,
    item.told_case.resolved_at,
    item.told_case.reopened_at,
    item.kept,
    item.page,
    item.line,
    coalesce(item.seen_from >= this_week.end_at, FALSE) AS came_late,
    parent.created_at AS parent_created_at
FROM newest AS item
CROSS JOIN staging.this_week AS this_week
LEFT JOIN parent ON item.parent_id = parent.item_id
-- What is told of the case of an item that no source has any more is nothing.
WHERE item.created_at >= this_week.start_at AND item.created_at < this_week.end_at AND item.kind IS NOT NULL;
