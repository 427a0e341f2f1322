/* +++
title.nl    = "Mediane eerste reactie"
title.en    = "Median first response"
question.nl = "Hoe lang wacht wie ons iets vraagt of verwijt op een mens?"
question.en = "How long does somebody who asks or reproaches us wait for a person?"
caveat.nl   = "Wie nog wacht telt mee (Kaplan-Meier); automatische antwoorden stoppen de klok niet."
caveat.en   = "Those who still wait are counted (Kaplan-Meier); automatic answers do not stop the clock."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.asked", "core.answer_time"]
checks = ["answered <= n", "(median_open_seconds <= p90_open_seconds) IS NOT FALSE"]

[show]
headline  = "median_open_seconds"
low       = "median_open_low_seconds"
high      = "median_open_high_seconds"
unit      = "seconds"
good      = "down"
target    = 7200
min_count = 10
+++ */

WITH counted AS (
    SELECT
        week,
        dimension,
        "group",
        count(asked_at) AS n,
        count(*) FILTER (answered) AS answered,
        max(calendar_seconds) AS followed_calendar_seconds,
        max(open_seconds) AS followed_open_seconds
    FROM core.asked
    FULL JOIN core.every_week USING (week, dimension, "group")
    GROUP BY week, dimension, "group"
),

-- A quantile that the curve never reaches is NULL: "longer than followed".
quantile AS (
    SELECT
        week,
        dimension,
        "group",
        min(median_seconds) FILTER (clock = 'calendar') AS median_calendar_seconds,
        min(median_low_seconds) FILTER (clock = 'calendar') AS median_calendar_low_seconds,
        min(median_high_seconds) FILTER (clock = 'calendar') AS median_calendar_high_seconds,
        min(p90_seconds) FILTER (clock = 'calendar') AS p90_calendar_seconds,
        min(p90_low_seconds) FILTER (clock = 'calendar') AS p90_calendar_low_seconds,
        min(p90_high_seconds) FILTER (clock = 'calendar') AS p90_calendar_high_seconds,
        min(median_seconds) FILTER (clock = 'open') AS median_open_seconds,
        min(median_low_seconds) FILTER (clock = 'open') AS median_open_low_seconds,
        min(median_high_seconds) FILTER (clock = 'open') AS median_open_high_seconds,
        min(p90_seconds) FILTER (clock = 'open') AS p90_open_seconds,
        min(p90_low_seconds) FILTER (clock = 'open') AS p90_open_low_seconds,
        min(p90_high_seconds) FILTER (clock = 'open') AS p90_open_high_seconds
    FROM core.answer_time
    GROUP BY week, dimension, "group"
)

SELECT counted.*, quantile.* EXCLUDE (week, dimension, "group")
FROM counted
LEFT JOIN quantile USING (week, dimension, "group")
ORDER BY week, dimension, "group"
