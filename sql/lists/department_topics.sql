-- What people write to or about each department, by topic: those of which at least five people wrote in the week,
-- most messages first. A message on three topics counts under each of them.

WITH about AS (
    SELECT item_id, unnest(topics) AS entry
    FROM staging.mention
)

SELECT
    heard.department,
    about.entry.topic,
    count(*) AS messages,
    count(DISTINCT heard.author) AS people,
    count(*) FILTER (heard.sentiment = 'negative') AS negative,
    count(*) FILTER (heard.sentiment = 'positive') AS positive
FROM core.heard AS heard
INNER JOIN core.report_week AS report_week ON heard.week = report_week.week
INNER JOIN about USING (item_id)
WHERE heard.dimension = 'all' AND heard.direction = 'inbound' AND heard.kind <> 'repost'
GROUP BY heard.department, about.entry.topic
HAVING people >= 5
ORDER BY heard.department, messages DESC, topic
