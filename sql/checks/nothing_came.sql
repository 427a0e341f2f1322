/* +++
title.nl = "weken zonder één bericht, na weken met veel"
title.en = "weeks without a single message, after weeks with many"
why.nl   = "Dan leest waarschijnlijk niets meer, en een leeg rapport zou dat rust noemen."
why.en   = "Then probably nothing is being read any more, and an empty report would call that quiet."

severity = "stop"
owner    = "analyse@overbrugge.example"
reads    = ["core.message", "core.report_week"]
+++ */

-- Fifty a week on average in the four weeks before, and none at all in a week that is over.
SELECT
    report_week.week,
    count(*) FILTER (message.created_at >= report_week.start_at) AS n,
    count(*) FILTER (message.created_at < report_week.start_at) / 4 AS before_n
FROM core.report_week AS report_week
INNER JOIN core.message AS message
    ON
        message.created_at >= report_week.start_at - INTERVAL 28 DAY
        AND message.created_at < least(report_week.end_at, report_week.as_of)
WHERE message.direction = 'inbound' AND report_week.as_of >= report_week.end_at
GROUP BY report_week.week
HAVING n = 0 AND before_n >= 50
