/* +++
title.nl    = "Mediane eerste reactie"
title.en    = "Median first response"
question.nl = "Hoe lang wacht wie ons iets vraagt of verwijt op een mens?"
question.en = "How long does somebody who asks or reproaches us wait for a person?"
caveat.nl   = "Wie nog wacht telt mee (Kaplan-Meier); automatische antwoorden stoppen de klok niet."
caveat.en   = "Those who still wait are counted (Kaplan-Meier); automatic answers do not stop the clock."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.asked", "core.waiting_times"]
checks = [
  "answered_while_closed <= answered",
  "answered <= n",
  "(median_open_seconds <= p90_open_seconds) IS NOT FALSE",
]

[show]
where     = "tile"
headline  = "median_open_seconds"
low       = "median_open_low_seconds"
high      = "median_open_high_seconds"
unit      = "seconds"
good      = "down"
target    = 7200
min_count = 10
+++ */

-- A quantile that the curve never reaches is NULL: "longer than followed".
WITH counted AS (
    SELECT
        week,
        dimension,
        "group",
        count(asked_at) AS n,
        count(*) FILTER (answered) AS answered,
        -- Asked and answered within one closed night or weekend: no open time at all went by.
        count(*) FILTER (answered AND open_seconds = 0 AND calendar_seconds > 0) AS answered_while_closed,
        count(DISTINCT author) AS authors,
        max(calendar_seconds) AS followed_calendar_seconds,
        max(open_seconds) AS followed_open_seconds
    FROM core.asked
    FULL JOIN core.every_week USING (week, dimension, "group")
    GROUP BY week, dimension, "group"
)

SELECT counted.*, times.* EXCLUDE (week, dimension, "group")
FROM counted
LEFT JOIN core.waiting_times('core.asked_line') AS times USING (week, dimension, "group")
ORDER BY week, dimension, "group"
