-- "You said, we did": cases solved in the week, those first whose loop is closed, in public, and about the most anger.
-- One of each department before a second of any; at most three of each.

WITH solved AS (
    SELECT
        case_file.* EXCLUDE (schedule, heard_place, assigned_place, contacted_place, resolved_place),
        message.language,
        message.sentiment_score,
        if(
            message.visibility = 'public' AND NOT message.deleted,
            core.excerpt(trim(regexp_replace(coalesce(words.title, words.text), '\s+', ' ', 'g'))),
            NULL
        ) AS excerpt,
        turn.answered_at AS first_answer_at,
        coalesce(case_file.contacted_at <= report_week.as_of, FALSE) AS with_feedback,
        coalesce(case_file.reopened_at <= report_week.as_of, FALSE) AS reopened,
        case_file.cause IS NOT NULL AND case_file.action IS NOT NULL AND with_feedback AS closed
    FROM core.case_file AS case_file
    INNER JOIN core.report_week AS report_week
        ON
            case_file.resolved_at >= report_week.start_at
            AND case_file.resolved_at <= report_week.as_of
            AND (case_file.reopened_at IS NULL OR case_file.resolved_at > case_file.reopened_at)
    INNER JOIN core.message AS message USING (item_id)
    INNER JOIN staging.mention AS words USING (item_id)
    LEFT JOIN core.turn AS turn ON case_file.thread_key = turn.thread_key AND turn.turn_no = 1
    QUALIFY row_number() OVER (PARTITION BY case_file.case_id ORDER BY turn.answered_at) = 1
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY department
            ORDER BY closed DESC, excerpt IS NULL, sentiment_score, heard_at, case_id
        ) AS turn_of_department
    FROM solved
)

SELECT
    printf('%02d', row_number() OVER (
        ORDER BY closed DESC, turn_of_department, excerpt IS NULL, sentiment_score, heard_at, case_id
    )) AS case_no,
    excerpt,
    language,
    source,
    department,
    heard_at,
    first_answer_at,
    cause,
    action,
    contacted_at,
    resolved_at,
    floor(epoch(resolved_at) - epoch(heard_at))::BIGINT AS resolve_calendar_seconds,
    with_feedback,
    reopened,
    item_id -- what is quoted: kept beside the document, never in it
FROM ranked
WHERE turn_of_department <= 3
ORDER BY case_no
