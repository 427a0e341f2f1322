/* +++
title.nl    = "Tijd tot een eigenaar"
title.en    = "Time to an owner"
question.nl = "Hoe lang duurt het tot iemand een zaak op zich neemt?"
question.en = "How long does it take until somebody takes a case on?"
caveat.nl   = "In de openingstijd van de afdeling; een zaak zonder eigenaar telt mee als wachtend."
caveat.en   = "In the opening hours of the department; a case without an owner counts as waiting."

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
        count(heard_at) AS n,
        count(*) FILTER (assigned) AS ended,
        count(DISTINCT author) AS authors,
        max(to_owner_calendar_seconds) AS followed_calendar_seconds,
        max(to_owner_open_seconds) AS followed_open_seconds
    FROM core.issue
    FULL JOIN core.every_week USING (week, dimension, "group")
    GROUP BY week, dimension, "group"
)

SELECT counted.*, times.* EXCLUDE (week, dimension, "group")
FROM counted
LEFT JOIN core.waiting_times('core.owner_line') AS times USING (week, dimension, "group")
ORDER BY week, dimension, "group"
