/* +++
title.nl    = "Ontevreden mensen"
title.en    = "Discontented people"
question.nl = "Welk deel van de mensen die over ons schrijven is ergens ontevreden over?"
question.en = "What share of the people who write about us is discontented with something?"
caveat.nl   = "Mensen, geen berichten: wie tien keer boos schrijft is één mens."
caveat.en   = "People, not messages: who writes ten angry posts is one person."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.heard"]
checks = ["negative <= n"]

[show]
where     = "appendix"
headline  = "negative_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
over      = "people"
good      = "down"
min_count = 10
+++ */

SELECT
    week,
    dimension,
    "group",
    count(DISTINCT author) FILTER (direction = 'inbound' AND kind <> 'repost' AND sentiment <> 'unknown') AS n,
    n AS authors,
    count(DISTINCT author) FILTER (direction = 'inbound' AND kind <> 'repost' AND sentiment = 'negative') AS negative,
    core.share_pct(negative, n) AS negative_pct,
    core.wilson_low_pct(negative, n) AS low_pct,
    core.wilson_high_pct(negative, n) AS high_pct
FROM core.heard
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
