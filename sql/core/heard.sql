-- core.heard: every item, ours and theirs, for the period it was written in and the headings it counts under.
--   direction    inbound (a person about or to us), outbound (a person of ours), internal, machine (bots, auto-replies)
--   role         of ours: broadcast (opens a thread), reply (after somebody else), continuation (after ourselves)
--   exchange_no  how often the word has passed between them and us in its thread by then
--   eligibility  of theirs: eligible, no_reply_needed, not_asking, repost, spam
--   in_ours      in a thread that we started: what is said there asks for no answer by itself

CREATE VIEW core.heard AS
SELECT
    covered.week,
    heading.dimension,
    core.heading_of(heading.dimension, message.department, message.source) AS "group",
    message.item_id,
    message.thread_key,
    message.author,
    message.source,
    message.department,
    message.kind,
    message.direction,
    message.visibility,
    message.role,
    message.exchange_no,
    message.eligibility,
    message.we_started AS in_ours,
    message.sentiment,
    message.language,
    message.created_at
FROM core.message AS message
INNER JOIN core.covered AS covered ON message.iso_week = covered.iso_week AND message.created_at <= covered.as_of
CROSS JOIN core.heading AS heading;

-- core.about: what people say to us and about us, reposts left out, under the same headings and by topic.
--   share   its part under the heading: a post on three topics counts for a third in each, so that parts make a whole

CREATE VIEW core.about AS
SELECT week, dimension, "group", item_id, author, sentiment, 1.0::DOUBLE AS share
FROM core.heard
WHERE direction = 'inbound' AND kind <> 'repost'
UNION ALL
SELECT
    covered.week,
    core.by_topic() AS dimension,
    core.topic_of(about.topic) AS "group",
    message.item_id,
    message.author,
    message.sentiment,
    about.share
FROM core.message AS message
INNER JOIN core.covered AS covered ON message.iso_week = covered.iso_week AND message.created_at <= covered.as_of
INNER JOIN (
    SELECT item_id, topic.topic, share
    FROM (
        SELECT item_id, unnest(topics) AS topic, 1.0 / len(topics) AS share
        FROM staging.mention
        WHERE created_at >= (SELECT min(start_at) FROM core.period)
    )
    UNION ALL
    SELECT item_id, 'no_topic' AS topic, 1.0 AS share
    FROM staging.mention
    WHERE len(topics) = 0 AND created_at >= (SELECT min(start_at) FROM core.period)
) AS about USING (item_id)
WHERE message.direction = 'inbound' AND message.kind <> 'repost' AND EXISTS (FROM core.topic);
