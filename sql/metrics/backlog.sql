/* +++
title.nl    = "Nog open"
title.en    = "Still open"
question.nl = "Hoeveel mensen wachten op het meetmoment nog op een antwoord, en hoe lang al?"
question.en = "How many people are still waiting for an answer at the cut-off, and for how long?"
caveat.nl   = "Wat het laatste half jaar om antwoord vroeg en het niet kreeg; wat ouder werd staat ernaast."
caveat.en   = "What asked for an answer in the last half year and has none; what grew older is shown beside it."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.still_waiting"]
checks = ["overdue <= n", "overdue = overdue_recent + overdue_old"]

[show]
where     = "own"
headline  = "n"
unit      = "count"
good      = "down"
min_count = 0
only      = ["report", "trend"]
+++ */

SELECT
    week,
    dimension,
    "group",
    count(asked_at) FILTER (NOT given_up) AS n,
    count(*) FILTER (overdue AND NOT given_up) AS overdue,
    count(*) FILTER (NOT old AND NOT given_up) AS recent,
    count(*) FILTER (overdue AND NOT old AND NOT given_up) AS overdue_recent,
    count(*) FILTER (overdue AND old AND NOT given_up) AS overdue_old,
    max(open_seconds) FILTER (NOT given_up) AS oldest_open_seconds,
    max(calendar_seconds) FILTER (NOT given_up) AS oldest_calendar_seconds,
    count(*) FILTER (given_up) AS given_up
FROM core.still_waiting
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
