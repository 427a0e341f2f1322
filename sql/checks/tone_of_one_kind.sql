/* +++
title.nl = "weken waarin alles even positief of negatief klonk"
title.en = "weeks in which everything sounded equally positive or negative"
why.nl   = "Zo eensgezind is niemand: kijk of de toonmeter nog werkt."
why.en   = "Nobody agrees that much: see whether the tone is still being judged."

severity = "warn"
owner    = "analyse@overbrugge.example"
reads    = ["core.message", "core.report_week"]
+++ */

SELECT any_value(message.sentiment) AS sentiment, count(*) AS n
FROM core.message AS message
INNER JOIN core.report_week AS report_week
    ON message.created_at >= report_week.start_at AND message.created_at < report_week.end_at
WHERE message.direction = 'inbound' AND message.sentiment IS NOT NULL
HAVING count(*) >= 50 AND count(DISTINCT message.sentiment) = 1
