/* +++
title.nl    = "Beantwoord binnen een week"
title.en    = "Answered within a week"
question.nl = "Krijgt wie ons iets vraagt of verwijt ooit antwoord van een mens?"
question.en = "Do people who ask or reproach us ever hear from a person?"
caveat.nl   = "Over wie zich een week eerder meldde, zodat iedereen zeven dagen had; wie wacht telt als onbeantwoord."
caveat.en   = "Of those who wrote a week earlier, so that all had seven days; who still waits counts as unanswered."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.matured"]
checks = ["within_a_week <= ever_answered", "ever_answered <= n"]

[show]
where     = "appendix"
headline  = "answered_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "up"
target    = 90
min_count = 10
+++ */

SELECT
    week,
    dimension,
    "group",
    count(asked_at) AS n,
    count(DISTINCT author) AS authors,
    count(*) FILTER (answered_in_time) AS within_a_week,
    count(*) FILTER (answered) AS ever_answered,
    core.share_pct(within_a_week, n) AS answered_pct,
    core.wilson_low_pct(within_a_week, n) AS low_pct,
    core.wilson_high_pct(within_a_week, n) AS high_pct,
    core.share_pct(ever_answered, n) AS ever_answered_pct
FROM core.matured
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
