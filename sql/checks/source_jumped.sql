/* +++
title.nl = "bronnen die tien keer zo veel gaven als anders"
title.en = "sources that gave ten times what they usually do"
why.nl   = "Een bron die anders wordt gelezen, of spam die niet is herkend."
why.en   = "A source that is read otherwise, or spam that was not recognised."

severity = "warn"
owner    = "analyse@overbrugge.example"
reads    = ["core.message", "core.report_week"]
+++ */

-- Ten times the weekly average of the four weeks before, and at least a hundred; a source without those weeks is new.
WITH counted AS (
    SELECT
        message.source,
        count(*) FILTER (message.created_at >= report_week.start_at) AS n,
        count(*) FILTER (message.created_at < report_week.start_at) / 4 AS before_n
    FROM core.message AS message
    INNER JOIN core.report_week AS report_week
        ON
            message.created_at >= report_week.start_at - INTERVAL 28 DAY
            AND message.created_at < least(report_week.end_at, report_week.as_of)
    GROUP BY message.source
)

SELECT source, n, before_n
FROM counted
WHERE n >= 100 AND before_n > 0 AND n > 10 * before_n
