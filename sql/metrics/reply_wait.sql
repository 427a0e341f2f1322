/* +++
title.nl    = "Wachttijd per beurt"
title.en    = "Wait per turn"
question.nl = "Hoe lang wacht iemand op ons, telkens wanneer het woord aan ons is?"
question.en = "How long does somebody wait for us, each time it is our turn?"
caveat.nl   = "Alle beurten, ook wie later in een gesprek terugkomt; wie nog wacht telt mee (Kaplan-Meier)."
caveat.en   = "Every turn, also of who comes back in a conversation; those who still wait are counted (Kaplan-Meier)."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.waited", "core.waiting_times"]
checks = [
  "ended <= n",
  "ended = answered_publicly + answered_privately + answered_by_call",
  "(median_open_seconds <= p90_open_seconds) IS NOT FALSE",
]

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
        count(asked_at) AS n,
        count(*) FILTER (answered) AS ended,
        count(*) FILTER (answered_by = 'public') AS answered_publicly,
        count(*) FILTER (answered_by = 'private') AS answered_privately,
        count(*) FILTER (answered_by = 'call') AS answered_by_call,
        count(DISTINCT author) AS authors,
        max(calendar_seconds) AS followed_calendar_seconds,
        max(open_seconds) AS followed_open_seconds
    FROM core.waited
    FULL JOIN core.every_week USING (week, dimension, "group")
    GROUP BY week, dimension, "group"
)

SELECT counted.*, times.* EXCLUDE (week, dimension, "group")
FROM counted
LEFT JOIN core.waiting_times('core.waited_line') AS times USING (week, dimension, "group")
ORDER BY week, dimension, "group"
