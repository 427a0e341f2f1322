-- bench.message: the made-up items of one week, in the shape of staging.week_message. Everything follows from an
-- item's number by hashing, so the same week is the same rows in every run.
-- Reads bench.week (no, iso_week, start_at, seconds, items). Six in ten items are inbound, two make a thread, few
-- people write much and many write little.

CREATE OR REPLACE TABLE bench.message AS
WITH item AS (
    SELECT
        week.*,
        unnest(range(week.no * 1000000, week.no * 1000000 + week.items)) AS item_no,
        item_no // 2 AS thread_no
    FROM bench.week AS week
),

rolled AS (
    SELECT
        *,
        bench.dice(item_no, 'direction') AS direction_die,
        bench.dice(item_no, 'eligibility') AS eligibility_die,
        bench.dice(item_no, 'role') AS role_die,
        bench.dice(item_no, 'tone') AS tone_die,
        bench.dice(thread_no, 'source') AS source_die
    FROM item
),

spoken AS (
    SELECT
        *,
        CASE
            WHEN direction_die < 0.60 THEN 'inbound'
            WHEN direction_die < 0.90 THEN 'outbound'
            WHEN direction_die < 0.96 THEN 'internal'
            ELSE 'machine'
        END AS direction,
        bench.dice(item_no, 'repost') < 0.04 AS reposts,
        bench.dice(thread_no, 'opened') < 0.04 AS we_started,
        -- Busiest in the middle of the day.
        to_timestamp((epoch(start_at) + floor(seconds * (
            floor(7 * bench.dice(item_no, 'day'))
            + (bench.dice(item_no, 'hour') + bench.dice(item_no, 'minute')) / 2
        ) / 7))::BIGINT) AS created_at
    FROM rolled
),

judged AS (
    SELECT
        *,
        direction = 'inbound' AND bench.dice(item_no, 'case') < 0.015 AS has_case,
        CASE
            WHEN direction <> 'inbound' THEN NULL
            WHEN reposts THEN 'repost'
            WHEN eligibility_die < 0.53 THEN 'eligible'
            WHEN eligibility_die < 0.58 THEN 'no_reply_needed'
            WHEN eligibility_die < 0.97 THEN 'not_asking'
            ELSE 'spam'
        END AS eligibility
    FROM spoken
)

SELECT
    iso_week,
    bench.key('item', item_no) AS item_id,
    bench.key('thread', thread_no) AS thread_key,
    CASE direction
        WHEN 'inbound' THEN bench.key('person', floor(60000 * pow(bench.dice(item_no, 'author'), 3))::INTEGER)
        ELSE bench.key('colleague', floor(60 * bench.dice(item_no, 'author'))::INTEGER)
    END AS author,
    CASE
        WHEN source_die < 0.30 THEN 'instagram'
        WHEN source_die < 0.52 THEN 'topdesk'
        WHEN source_die < 0.70 THEN 'mastodon'
        WHEN source_die < 0.85 THEN 'reddit'
        WHEN source_die < 0.95 THEN 'google_reviews'
        ELSE 'news'
    END AS source,
    CASE floor(9 * pow(bench.dice(thread_no, 'department'), 1.5))::INTEGER
        WHEN 0 THEN 'it'
        WHEN 1 THEN 'exams'
        WHEN 2 THEN 'timetabling'
        WHEN 3 THEN 'student_affairs'
        WHEN 4 THEN 'programmes'
        WHEN 5 THEN 'facilities'
        WHEN 6 THEN 'information'
        WHEN 7 THEN 'press'
        ELSE 'nobody'
    END AS department,
    if(reposts, 'repost', if(item_no % 2 = 0, 'post', 'comment')) AS kind,
    direction,
    if(direction = 'internal' OR bench.dice(thread_no, 'private') < 0.3, 'private', 'public') AS visibility,
    CASE
        WHEN direction <> 'outbound' OR reposts THEN NULL
        WHEN role_die < 0.15 THEN 'broadcast'
        WHEN role_die < 0.95 THEN 'reply'
        ELSE 'continuation'
    END AS role,
    (1 + item_no % 2)::INTEGER AS exchange_no,
    we_started,
    eligibility,
    direction = 'outbound' AND bench.dice(item_no, 'template') < 0.05 AS template,
    CASE
        WHEN direction <> 'inbound' OR tone_die < 0.1 THEN 'unknown'
        WHEN tone_die < 0.5 THEN 'neutral'
        WHEN tone_die < 0.8 THEN 'negative'
        ELSE 'positive'
    END AS sentiment,
    round(2 * bench.dice(item_no, 'score') - 1, 3) AS sentiment_score,
    if(bench.dice(item_no, 'language') < 0.7, 'nl', 'en') AS language,
    created_at,
    NULL::TIMESTAMPTZ AS claimed_at,
    NULL::TIMESTAMPTZ AS edited_at,
    FALSE AS deleted,
    FALSE AS came_late,
    if(has_case, bench.key('case', item_no), NULL) AS case_id,
    if(has_case, created_at, NULL) AS case_heard_at,
    if(has_case, 'cause ' || item_no % 12, NULL) AS case_cause,
    if(has_case, 'action ' || item_no % 5, NULL) AS case_action,
    if(has_case, created_at + INTERVAL 3 HOURS, NULL) AS assigned_at,
    if(has_case AND bench.dice(item_no, 'contact') < 0.7, created_at + INTERVAL 20 HOURS, NULL) AS contacted_at,
    if(has_case AND bench.dice(item_no, 'solved') < 0.6, created_at + INTERVAL 50 HOURS, NULL) AS first_resolved_at,
    first_resolved_at AS resolved_at,
    NULL::TIMESTAMPTZ AS reopened_at
FROM judged
ORDER BY created_at, item_id;
