-- core.case_file: what went wrong for somebody, one row per case, with everything that is known of it by now.

CREATE TABLE core.case_file AS
SELECT
    case_id,
    min(created_at) AS heard_at,
    arg_min(item_id, created_at) AS item_id,
    arg_min(thread_key, created_at) AS thread_key,
    arg_min(source, created_at) AS source,
    arg_min(department, created_at) AS department,
    -- A case may ride on several items; the one that knows most of it speaks.
    arg_max(case_cause, greatest(created_at, assigned_at, contacted_at, resolved_at, reopened_at)) AS cause,
    arg_max(case_action, greatest(created_at, assigned_at, contacted_at, resolved_at, reopened_at)) AS action,
    min(assigned_at) AS assigned_at,
    min(contacted_at) AS contacted_at,
    -- Nothing is solved before it was heard: such a time is a slip of somebody's pen.
    max(resolved_at) FILTER (resolved_at >= created_at) AS resolved_at,
    max(reopened_at) AS reopened_at
FROM core.message
WHERE case_id IS NOT NULL AND direction = 'inbound'
GROUP BY case_id;

-- core.issue: the same cases for the period in which each was first heard and every heading it counts under, followed
-- until it was solved and the person was told. Later facts than the period's cut-off are not known here.

CREATE TABLE core.issue AS
WITH cut AS (
    SELECT
        period.week,
        period.as_of,
        fact.case_id,
        fact.item_id,
        fact.thread_key,
        fact.source,
        fact.department,
        fact.heard_at,
        if(fact.assigned_at <= period.as_of, fact.assigned_at, NULL) AS assigned_at,
        if(fact.contacted_at <= period.as_of, fact.contacted_at, NULL) AS contacted_at,
        if(fact.resolved_at <= period.as_of, fact.resolved_at, NULL) AS resolved_at,
        if(fact.reopened_at <= period.as_of, fact.reopened_at, NULL) AS reopened_at,
        -- Nobody logs when a cause was found: it counts as known once somebody has the case.
        if(least(fact.assigned_at, fact.contacted_at, fact.resolved_at) <= period.as_of, fact.cause, NULL) AS cause,
        if(least(fact.contacted_at, fact.resolved_at) <= period.as_of, fact.action, NULL) AS action
    FROM core.case_file AS fact
    INNER JOIN core.period AS period
        ON fact.heard_at >= period.start_at AND fact.heard_at < period.end_at AND fact.heard_at <= period.as_of
)

SELECT
    cut.week,
    heading.dimension,
    core.heading_of(heading.dimension, cut.department, cut.source) AS "group",
    cut.* EXCLUDE (week),
    cut.resolved_at IS NOT NULL AND (cut.reopened_at IS NULL OR cut.resolved_at > cut.reopened_at) AS solved,
    cut.heard_at + to_days(promise.solve_days) <= cut.as_of AS due
FROM cut
CROSS JOIN core.heading AS heading
CROSS JOIN core.promise AS promise;
