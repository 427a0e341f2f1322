-- For analysts: what people were negative about in the report's week that no topic explains. Words of private messages
-- are never shown.

SELECT
    words.item_id,
    if(
        words.visibility = 'public' AND NOT words.deleted,
        core.excerpt(trim(regexp_replace(coalesce(words.title, words.text), '\s+', ' ', 'g'))),
        NULL
    ) AS excerpt,
    words.language,
    words.source,
    coalesce(words.department, 'nobody') AS department,
    words.sentiment_score,
    words.created_at
FROM staging.mention AS words
INNER JOIN core.report_week AS week ON words.created_at >= week.start_at AND words.created_at < week.end_at
WHERE
    words.direction = 'inbound'
    AND words.kind <> 'repost'
    AND words.intent <> 'spam'
    AND words.sentiment = 'negative'
    AND len(words.topics) = 0
ORDER BY words.sentiment_score, words.created_at, words.item_id
LIMIT 50
