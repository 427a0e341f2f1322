-- What a later look compares: one row per item, as numbers that say whether something changed and nothing of what.
-- Reads mention (the partitions of the week, of the one after it and of those before) and this_week (start_at, as_of).
-- 48 bits name an item, 16 bits each of its sides: a change in 65,000 goes unseen, and the record stays a tenth of the
-- mentions' size.
--   words    what was said, and when it was edited
--   facts    what a source or a colleague told about it: whom it answers, its case, what was done by the cut-off
--   judged   what our rules made of it

CREATE VIEW item AS
WITH cut AS (
    SELECT
        mention.* EXCLUDE (assigned_at, contacted_at, first_resolved_at, resolved_at, reopened_at),
        this_week.start_at,
        epoch_us(mention.edited_at) AS edited,
        -- What was done after the cut-off changes no figure of the week.
        if(mention.assigned_at <= this_week.as_of, epoch_us(mention.assigned_at), NULL) AS assigned,
        if(mention.contacted_at <= this_week.as_of, epoch_us(mention.contacted_at), NULL) AS contacted,
        if(mention.first_resolved_at <= this_week.as_of, epoch_us(mention.first_resolved_at), NULL) AS first_resolved,
        if(mention.resolved_at <= this_week.as_of, epoch_us(mention.resolved_at), NULL) AS resolved,
        if(mention.reopened_at <= this_week.as_of, epoch_us(mention.reopened_at), NULL) AS reopened
    FROM mention
    INNER JOIN this_week ON mention.created_at <= this_week.as_of
)

SELECT
    created_at,
    created_at < start_at AS earlier,
    deleted,
    edited,
    md5_number_lower(item_id) >> 16 AS item,
    (md5_number_lower(to_json([text, title, edited::VARCHAR])) >> 48)::USMALLINT AS words,
    (
        md5_number_lower(
            to_json(
                [
                    kind, parent_id, thread_id, author_key, author_kind, visibility, case_id,
                    if(coalesce(assigned, contacted, resolved) IS NULL, NULL, case_cause),
                    if(coalesce(contacted, resolved) IS NULL, NULL, case_action),
                    assigned::VARCHAR, contacted::VARCHAR,
                    first_resolved::VARCHAR, resolved::VARCHAR, reopened::VARCHAR
                ]
            )
        ) >> 48
    )::USMALLINT AS facts,
    (
        md5_number_lower(
            to_json(
                [
                    direction, language, sentiment, round(sentiment_score, 4)::VARCHAR, department, case_department,
                    eligibility, template::VARCHAR
                ]
            )
        ) >> 48
    )::USMALLINT AS judged
FROM cut;
