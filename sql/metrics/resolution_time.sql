/* +++
title.nl    = "Oplostijd"
title.en    = "Resolution time"
question.nl = "Hoe lang duurt het tot een zaak is opgelost, en opgelost blijft?"
question.en = "How long does it take until a case is solved, and stays solved?"
caveat.nl   = "Tot de laatste oplossing die standhield; een open of heropende zaak telt mee als onopgelost."
caveat.en   = "Until the last solution that lasted to the cut-off; an open or reopened case counts as unsolved."

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
        count(*) FILTER (solved) AS ended,
        count(DISTINCT author) AS authors,
        max(to_solution_calendar_seconds) AS followed_calendar_seconds,
        max(to_solution_open_seconds) AS followed_open_seconds
    FROM core.issue
    FULL JOIN core.every_week USING (week, dimension, "group")
    GROUP BY week, dimension, "group"
)

SELECT counted.*, times.* EXCLUDE (week, dimension, "group")
FROM counted
LEFT JOIN core.waiting_times('core.solution_line') AS times USING (week, dimension, "group")
ORDER BY week, dimension, "group"
