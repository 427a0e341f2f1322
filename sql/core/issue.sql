-- core.case_file: what went wrong for somebody, one row per case, with everything that is known of it by now.
--   first_resolved_at   when it was first called solved; resolved_at: when it last was
--   repeated            the same cause came up in the same department in the four weeks before
--   …_place             the places on the department's opening clock
-- A table, like the next: seven metrics and lists read them, and cases are few.

CREATE TABLE core.case_file AS
WITH fact AS (
    SELECT
        case_id,
        min(case_heard_at) AS heard_at,
        arg_min(item_id, created_at) AS item_id,
        arg_min(thread_key, created_at) AS thread_key,
        arg_min(author, created_at) AS author,
        arg_min(source, created_at) AS source,
        arg_min(department, created_at) AS department,
        -- A case may ride on several items; the one that knows most of it speaks.
        arg_max(case_cause, greatest(created_at, assigned_at, contacted_at, resolved_at, reopened_at)) AS cause,
        arg_max(case_action, greatest(created_at, assigned_at, contacted_at, resolved_at, reopened_at)) AS action,
        min(assigned_at) AS assigned_at,
        min(contacted_at) AS contacted_at,
        -- Nothing is solved before it was heard: such a time is a slip of somebody's pen.
        min(first_resolved_at) FILTER (first_resolved_at >= created_at) AS first_resolved_at,
        max(resolved_at) FILTER (resolved_at >= created_at) AS resolved_at,
        max(reopened_at) AS reopened_at
    FROM staging.week_message
    WHERE case_id IS NOT NULL AND direction = 'inbound'
    GROUP BY case_id
),

moment AS (
    SELECT
        fact.case_id,
        moment.name,
        core.place_in_hour(
            calendar.seconds_before, calendar.opens, calendar.closes, calendar.again_opens, calendar.again_closes,
            core.second_of(moment.at)
        ) AS place,
        schedule.schedule
    FROM (
        SELECT case_id, source, department, 'heard' AS name, heard_at AS at FROM fact
        UNION ALL
        SELECT case_id, source, department, 'assigned' AS name, assigned_at AS at FROM fact
        UNION ALL
        SELECT case_id, source, department, 'contacted' AS name, contacted_at AS at FROM fact
        UNION ALL
        SELECT case_id, source, department, 'resolved' AS name, resolved_at AS at FROM fact
    ) AS moment
    INNER JOIN fact USING (case_id)
    INNER JOIN core.schedule AS schedule ON moment.department = schedule.department AND moment.source = schedule.source
    LEFT JOIN core.calendar AS calendar
        ON schedule.schedule = calendar.schedule AND core.hour_of(moment.at) = calendar.hour
),

placed AS (
    SELECT
        case_id,
        any_value(schedule) AS schedule,
        max(place) FILTER (name = 'heard') AS heard_place,
        max(place) FILTER (name = 'assigned') AS assigned_place,
        max(place) FILTER (name = 'contacted') AS contacted_place,
        max(place) FILTER (name = 'resolved') AS resolved_place
    FROM moment
    GROUP BY case_id
)

SELECT
    fact.*,
    placed.* EXCLUDE (case_id),
    fact.cause IS NOT NULL
    AND count(*) OVER (
        PARTITION BY fact.department, lower(trim(fact.cause))
        ORDER BY fact.heard_at
        RANGE BETWEEN INTERVAL 28 DAYS PRECEDING AND CURRENT ROW
    ) > 1 AS repeated
FROM fact
INNER JOIN placed USING (case_id);

-- core.issue: the same cases for the period in which each was first heard and every heading it counts under, followed
-- until it was solved and the person was told. Later facts than the period's cut-off are not known here.
--   to_owner_…_seconds     heard until somebody had it; callback_…_seconds: from then until the person was told of it
--   to_solution_…_seconds  heard until a solution that lasted; each until the cut-off while it has not happened

CREATE TABLE core.issue AS
WITH cut AS (
    SELECT
        covered.week,
        covered.as_of,
        fact.case_id,
        fact.item_id,
        fact.thread_key,
        fact.author,
        fact.source,
        fact.department,
        fact.heard_at,
        fact.repeated,
        fact.heard_place,
        fact.assigned_place,
        fact.contacted_place,
        fact.resolved_place,
        cutoff.place AS cutoff_place,
        if(fact.assigned_at <= covered.as_of, fact.assigned_at, NULL) AS assigned_at,
        if(fact.contacted_at <= covered.as_of, fact.contacted_at, NULL) AS contacted_at,
        if(fact.resolved_at <= covered.as_of, fact.resolved_at, NULL) AS resolved_at,
        if(fact.reopened_at <= covered.as_of, fact.reopened_at, NULL) AS reopened_at,
        -- Nobody logs when a cause was found: it counts as known once somebody has the case.
        if(least(fact.assigned_at, fact.contacted_at, fact.resolved_at) <= covered.as_of, fact.cause, NULL) AS cause,
        if(least(fact.contacted_at, fact.resolved_at) <= covered.as_of, fact.action, NULL) AS action
    FROM core.case_file AS fact
    INNER JOIN core.covered AS covered
        ON strftime(fact.heard_at, '%G-W%V') = covered.iso_week AND fact.heard_at <= covered.as_of
    INNER JOIN core.cutoff AS cutoff ON covered.as_of = cutoff.as_of AND fact.schedule = cutoff.schedule
),

judged AS (
    SELECT
        *,
        resolved_at IS NOT NULL AND (reopened_at IS NULL OR resolved_at > reopened_at) AS solved,
        assigned_at IS NOT NULL AS assigned,
        -- Who was spoken to before anybody had the case awaits no call back.
        assigned_at IS NOT NULL AND coalesce(contacted_at >= assigned_at, TRUE) AS awaits_call,
        coalesce(contacted_at >= assigned_at, FALSE) AS called_back
    FROM cut
)

SELECT
    judged.week,
    heading.dimension,
    core.heading_of(heading.dimension, judged.department, judged.source) AS "group",
    judged.* EXCLUDE (week, heard_place, assigned_place, contacted_place, resolved_place, cutoff_place),
    core.second_of(coalesce(judged.assigned_at, judged.as_of)) - core.second_of(judged.heard_at)
        AS to_owner_calendar_seconds,
    if(judged.assigned_at IS NULL, judged.cutoff_place, judged.assigned_place) - judged.heard_place
        AS to_owner_open_seconds,
    core.second_of(coalesce(judged.contacted_at, judged.as_of)) - core.second_of(judged.assigned_at)
        AS callback_calendar_seconds,
    if(judged.assigned_at IS NULL, NULL, if(judged.contacted_at IS NULL, judged.cutoff_place, judged.contacted_place))
    - judged.assigned_place AS callback_open_seconds,
    core.second_of(if(judged.solved, judged.resolved_at, judged.as_of)) - core.second_of(judged.heard_at)
        AS to_solution_calendar_seconds,
    if(judged.solved, judged.resolved_place, judged.cutoff_place) - judged.heard_place AS to_solution_open_seconds,
    judged.heard_at + to_days(promise.solve_days) <= judged.as_of AS due
FROM judged
INNER JOIN core.promise AS promise ON judged.heard_at >= promise.valid_from AND judged.heard_at < promise.valid_until
CROSS JOIN core.heading AS heading;

-- core.resolved: the cases first called solved in the week before, so that each had seven days to come back.
--   stayed   not reopened within seven days

CREATE VIEW core.resolved AS
SELECT
    covered.week,
    heading.dimension,
    core.heading_of(heading.dimension, fact.department, fact.source) AS "group",
    fact.case_id,
    fact.author,
    fact.source,
    fact.department,
    fact.first_resolved_at,
    coalesce(
        fact.reopened_at > least(covered.as_of, fact.first_resolved_at + INTERVAL 168 HOURS), TRUE
    ) AS stayed
FROM core.case_file AS fact
INNER JOIN core.covered AS covered
    ON
        strftime(fact.first_resolved_at, '%G-W%V') = covered.iso_week_before
        AND fact.first_resolved_at + INTERVAL 168 HOURS <= covered.as_of
CROSS JOIN core.heading AS heading;
