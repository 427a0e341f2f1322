/* +++
title.nl    = "Nog open"
title.en    = "Still open"
question.nl = "Hoeveel mensen wachten op het meetmoment nog op een antwoord, en hoe lang al?"
question.en = "How many people are still waiting for an answer at the cut-off, and for how long?"
caveat.nl   = "Alles wat om antwoord vraagt en het nog niet kreeg, hoe oud ook."
caveat.en   = "Everything that asks for an answer and has none yet, however old."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.still_waiting"]
checks = ["overdue <= n"]

[show]
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
    count(asked_at) AS n,
    count(*) FILTER (overdue) AS overdue,
    count(*) FILTER (overdue AND old) AS overdue_old,
    max(open_seconds) AS oldest_open_seconds,
    max(calendar_seconds) AS oldest_calendar_seconds
FROM core.still_waiting
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
