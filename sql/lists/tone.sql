-- Who judged the tone of what the public said in the report's week: "rating" (stars that somebody gave) or an engine.

SELECT
    split_part(mention.sentiment_by, '-', 1) AS judged_by,
    count(*) AS n
FROM staging.mention AS mention
INNER JOIN core.report_week AS week ON mention.created_at >= week.start_at AND mention.created_at < week.end_at
WHERE mention.direction = 'inbound' AND mention.sentiment_by IS NOT NULL
GROUP BY judged_by
ORDER BY judged_by
