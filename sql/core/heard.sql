-- core.heard: every item, ours and theirs, for the period it was written in and the headings it counts under.
--   direction   inbound (a person about or to us), outbound (a person of ours), internal, machine (bots, auto-replies)
--   started     this item opened its thread

CREATE TABLE core.heard AS
SELECT
    period.week,
    heading.dimension,
    core.heading_of(heading.dimension, message.department, message.source) AS "group",
    message.item_id,
    message.thread_key,
    message.author,
    message.kind,
    message.direction,
    message.visibility,
    message.sentiment,
    message.language,
    message.parent_id IS NULL AND message.direction = 'outbound' AND message.we_started AS started
FROM core.message AS message
INNER JOIN core.period AS period
    ON
        message.created_at >= period.start_at
        AND message.created_at < period.end_at
        AND message.created_at <= period.as_of
CROSS JOIN core.heading AS heading;
