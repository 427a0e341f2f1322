-- One row per item of this week: its newest version, wherever and in whatever order the versions were landed.
-- Reads staging.landed (every usable line of the pages in reach) and staging.this_week (start_at, end_at).

CREATE TABLE staging.version AS
SELECT
    *,
    -- An edit keeps the moment of writing; only what the item says changes.
    min(created_at) OVER item AS first_created_at,
    row_number() OVER (
        PARTITION BY item_id
        ORDER BY
            deleted DESC,
            greatest(created_at, edited_at, assigned_at, contacted_at, resolved_at, reopened_at) DESC,
            page,
            line
    ) AS age,
    min(seen_from) OVER item AS first_seen_from,
    max(edited_at) OVER item AS last_edited_at,
    -- A case that is solved again forgets in its newest version that it was solved before.
    min(resolved_at) OVER item AS first_resolved_at,
    -- What a tombstone leaves out, an earlier version may still tell. The words are judged, then dropped.
    first_value(text IGNORE NULLS) OVER newest_first AS last_text,
    first_value(title IGNORE NULLS) OVER newest_first AS last_title,
    first_value(accounts IGNORE NULLS) OVER newest_first AS last_accounts,
    first_value(names IGNORE NULLS) OVER newest_first AS last_names,
    first_value(author_key IGNORE NULLS) OVER newest_first AS last_author_key,
    first_value(language IGNORE NULLS) OVER newest_first AS last_language,
    first_value(thread_id IGNORE NULLS) OVER newest_first AS last_thread_id,
    first_value(parent_id IGNORE NULLS) OVER newest_first AS last_parent_id,
    first_value(needs_reply IGNORE NULLS) OVER newest_first AS last_needs_reply,
    first_value(2.0 * (rating - rating_min) / nullif(rating_max - rating_min, 0) - 1.0 IGNORE NULLS)
        OVER newest_first AS last_rating_score,
    -- A tombstone that says nothing of these reads as a public post by the public.
    first_value(if(deleted, NULL, kind) IGNORE NULLS) OVER newest_first AS last_kind,
    first_value(if(deleted, NULL, author_kind) IGNORE NULLS) OVER newest_first AS last_author_kind,
    first_value(if(deleted, NULL, visibility) IGNORE NULLS) OVER newest_first AS last_visibility,
    first_value(
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
        ) IGNORE NULLS
    ) OVER newest_first AS last_case
FROM staging.landed
WINDOW
    item AS (PARTITION BY item_id),
    newest_first AS (
        PARTITION BY item_id
        ORDER BY
            greatest(created_at, edited_at, assigned_at, contacted_at, resolved_at, reopened_at) DESC,
            page,
            line
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    );

CREATE TABLE staging.item AS
SELECT
    version.item_id,
    version.source,
    coalesce(version.last_kind, version.kind) AS kind,
    version.last_parent_id AS parent_id,
    version.last_thread_id AS thread_id,
    version.last_author_key AS author_key,
    coalesce(version.last_author_kind, version.author_kind) AS author_kind,
    coalesce(version.last_visibility, version.visibility) AS visibility,
    version.last_language AS given_language,
    version.last_text AS text,
    version.last_title AS title,
    version.last_accounts AS accounts,
    version.last_names.confidence AS relevance,
    version.last_names.why AS relevance_why,
    -- Strangers of the same name, unless somebody here took it up or it answers us.
    coalesce(
        NOT version.last_names.relevant
        AND NOT coalesce(version.last_needs_reply, FALSE)
        AND version.last_case IS NULL
        AND coalesce(parent.author_kind NOT IN ('own', 'staff'), TRUE),
        FALSE
    ) AS of_strangers,
    version.first_created_at AS created_at,
    version.last_edited_at AS edited_at,
    version.deleted,
    version.last_needs_reply AS needs_reply,
    version.last_rating_score AS rating_score,
    version.last_case.id AS case_id,
    version.last_case.department AS case_department,
    version.last_case.cause AS case_cause,
    version.last_case.action AS case_action,
    version.last_case.status AS case_status,
    version.last_case.assigned_at,
    version.last_case.contacted_at,
    least(version.first_resolved_at, version.last_case.reopened_at) AS first_resolved_at,
    version.last_case.resolved_at,
    version.last_case.reopened_at,
    version.page,
    version.line,
    coalesce(version.first_seen_from >= this_week.end_at, FALSE) AS came_late,
    parent.first_created_at AS parent_created_at
FROM staging.version AS version
CROSS JOIN staging.this_week AS this_week
LEFT JOIN staging.version AS parent ON version.last_parent_id = parent.item_id AND parent.age = 1
WHERE
    version.age = 1
    AND version.first_created_at >= this_week.start_at
    AND version.first_created_at < this_week.end_at;
