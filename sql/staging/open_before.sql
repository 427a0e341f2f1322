-- What is known of the threads that a week may continue. 60_open_before.sql makes it for the week after; before the
-- first week there is this empty one.

CREATE TABLE staging.open_before (
    item_id VARCHAR,
    source VARCHAR,
    kind VARCHAR,
    parent_id VARCHAR,
    thread_id VARCHAR,
    author_key VARCHAR,
    author_kind VARCHAR,
    direction VARCHAR,
    visibility VARCHAR,
    created_at TIMESTAMPTZ,
    deleted BOOLEAN,
    department VARCHAR,
    eligibility VARCHAR,
    template BOOLEAN,
    case_id VARCHAR,
    case_department VARCHAR,
    contacted_at TIMESTAMPTZ,
    page VARCHAR,
    line INTEGER,
    carried_until TIMESTAMPTZ
);
