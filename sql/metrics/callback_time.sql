/* +++
title.nl    = "Terugbeltijd"
title.en    = "Callback time"
question.nl = "Hoe lang duurt het van de toewijzing tot de persoon zelf is gesproken?"
question.en = "How long does it take from the assignment until the person has been spoken to?"
caveat.nl   = "In de openingstijd van de afdeling; wie al gesproken was voor de toewijzing telt niet mee."
caveat.en   = "In the opening hours of the department; who had been spoken to before the assignment is left out."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.issue", "core.waiting_times"]
checks = ["ended <= n", "(median_open_seconds <= p90_open_seconds) IS NOT FALSE"]

[show]
where     = "appendix"
headline  = "median_open_seconds"
low       = "median_open_low_seconds"
high      = "median_open_high_seconds"
unit      = "seconds"
good      = "down"
min_count = 10
+++ */

WITH counted AS (
    SELECT
        week,
        dimension,
        "group",
        count(*) FILTER (awaits_call) AS n,
        count(*) FILTER (called_back) AS ended,
        count(DISTINCT author) FILTER (awaits_call) AS authors,
        count(*) FILTER (assigned AND NOT awaits_call) AS spoken_before,
        max(callback_calendar_seconds) FILTER (awaits_call) AS followed_calendar_seconds,
        max(callback_open_seconds) FILTER (awaits_call) AS followed_open_seconds
    FROM core.issue
    FULL JOIN core.every_week USING (week, dimension, "group")
    GROUP BY week, dimension, "group"
)

SELECT counted.*, times.* EXCLUDE (week, dimension, "group")
FROM counted
LEFT JOIN core.waiting_times('core.callback_line') AS times USING (week, dimension, "group")
ORDER BY week, dimension, "group"
