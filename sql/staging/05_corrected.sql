-- Known-bad rows put right (sql/corrections.toml), or left out. A row that is not what the correction says it was stays
-- as it is.
-- Reads staging.handed (every usable line of the pages in reach) and staging.correction (place, item_id, drops, and for
-- each column was_…, sets_…, new_…); makes staging.landed, and staging.corrected: which of them found their row.

CREATE TABLE staging.fitting AS
SELECT correction.*, handed.page, handed.line
FROM staging.correction AS correction
INNER JOIN staging.handed AS handed
    ON
        correction.item_id = handed.item_id
        AND (correction.was_created_at IS NULL OR correction.was_created_at = handed.created_at)
        AND (correction.was_assigned_at IS NULL OR correction.was_assigned_at = handed.assigned_at)
        AND (correction.was_contacted_at IS NULL OR correction.was_contacted_at = handed.contacted_at)
        AND (correction.was_resolved_at IS NULL OR correction.was_resolved_at = handed.resolved_at)
        AND (correction.was_reopened_at IS NULL OR correction.was_reopened_at = handed.reopened_at)
        AND (correction.was_kind IS NULL OR correction.was_kind = handed.kind)
        AND (correction.was_visibility IS NULL OR correction.was_visibility = handed.visibility)
        AND (correction.was_author_kind IS NULL OR correction.was_author_kind = handed.author_kind)
        AND (correction.was_language IS NULL OR correction.was_language = handed.language)
        AND (correction.was_needs_reply IS NULL OR correction.was_needs_reply = handed.needs_reply);

CREATE TABLE staging.landed AS
SELECT
    handed.* REPLACE (
        if(correction.sets_created_at, correction.new_created_at, handed.created_at) AS created_at,
        if(correction.sets_assigned_at, correction.new_assigned_at, handed.assigned_at) AS assigned_at,
        if(correction.sets_contacted_at, correction.new_contacted_at, handed.contacted_at) AS contacted_at,
        if(correction.sets_resolved_at, correction.new_resolved_at, handed.resolved_at) AS resolved_at,
        if(correction.sets_reopened_at, correction.new_reopened_at, handed.reopened_at) AS reopened_at,
        if(correction.sets_kind, correction.new_kind, handed.kind) AS kind,
        if(correction.sets_visibility, correction.new_visibility, handed.visibility) AS visibility,
        if(correction.sets_author_kind, correction.new_author_kind, handed.author_kind) AS author_kind,
        if(correction.sets_language, correction.new_language, handed.language) AS language,
        if(correction.sets_needs_reply, correction.new_needs_reply, handed.needs_reply) AS needs_reply
    )
FROM staging.handed AS handed
LEFT JOIN staging.fitting AS correction ON handed.page = correction.page AND handed.line = correction.line
WHERE correction.drops IS NOT TRUE;

CREATE TABLE staging.corrected AS
SELECT
    place,
    item_id,
    count(fitting.page) > 0 AS applied
FROM staging.correction AS correction
LEFT JOIN staging.fitting AS fitting USING (place, item_id)
WHERE correction.here
GROUP BY place, item_id
ORDER BY place;
