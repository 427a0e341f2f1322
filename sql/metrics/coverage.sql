/* +++
title.nl    = "Dekking"
title.en    = "Coverage"
question.nl = "Welk deel van de tijd hebben we elke bron helemaal kunnen lezen?"
question.en = "For what share of the time could we read every source in full?"
caveat.nl   = "Uren waarin een bron alles gaf, gedeeld door de geplande uren; bestanden hebben geen uren."
caveat.en   = "Hours in which a source gave everything, divided by the hours planned; files have no hours."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.fetched"]
checks = ["covered_hours <= planned_hours OR n = 0"]

[show]
where     = "appendix"
headline  = "covered_pct"
unit      = "pct"
good      = "up"
target    = 100
min_count = 0
+++ */

-- n: the number of sources that were to be read.
SELECT
    week,
    dimension,
    "group",
    count(DISTINCT source) AS n,
    coalesce(round(sum(planned_hours), 4), 0) AS planned_hours,
    coalesce(round(sum(covered_hours), 4), 0) AS covered_hours,
    core.share_pct(sum(covered_hours), sum(planned_hours)) AS covered_pct,
    count(DISTINCT source) FILTER (covered_hours < planned_hours) AS incomplete
FROM core.fetched
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
