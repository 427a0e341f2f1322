/* +++
title.nl    = "Op tijd beantwoord"
title.en    = "Answered in time"
question.nl = "Krijgt wie ons iets vraagt of verwijt binnen de belofte antwoord van een mens?"
question.en = "Do people who ask or reproach us hear from a person within the promise?"
caveat.nl   = "Loopt de termijn nog, dan telt een vraag niet mee, ook niet als ze al beantwoord is; onbeantwoorde wel."
caveat.en   = "Questions whose time has not run out are left out, even when already answered; unanswered ones are not."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.asked"]
checks = ["on_time <= n", "on_time_pct IS NULL OR on_time_pct BETWEEN low_pct AND high_pct"]

[show]
where     = "tile"
headline  = "on_time_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "up"
target    = 85
min_count = 10
+++ */

SELECT
    week,
    dimension,
    "group",
    count(*) FILTER (due) AS n,
    count(DISTINCT author) FILTER (due) AS authors,
    count(*) FILTER (due AND kept) AS on_time,
    core.share_pct(on_time, n) AS on_time_pct,
    core.wilson_low_pct(on_time, n) AS low_pct,
    core.wilson_high_pct(on_time, n) AS high_pct,
    count(*) FILTER (NOT due) AS pending
FROM core.asked
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
