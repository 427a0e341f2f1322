/* +++
title.nl    = "Op tijd ontvangst bevestigd"
title.en    = "Acknowledged in time"
question.nl = "Hoort wie ons iets vraagt of verwijt op tijd dat het is aangekomen?"
question.en = "Do people who ask or reproach us hear in time that it has arrived?"
caveat.nl   = "Ook een standaardtekst bevestigt; alleen wie zo een belofte doet (acknowledge_hours) heeft dit cijfer."
caveat.en   = "A standard text acknowledges as well; only who makes such a promise (acknowledge_hours) has this figure."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.acknowledged"]
checks = ["in_time <= n"]

[show]
where     = "appendix"
headline  = "acknowledged_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "up"
target    = 95
min_count = 10
+++ */

SELECT
    week,
    dimension,
    "group",
    count(*) FILTER (due) AS n,
    count(*) FILTER (due AND kept) AS in_time,
    core.share_pct(in_time, n) AS acknowledged_pct,
    core.wilson_low_pct(in_time, n) AS low_pct,
    core.wilson_high_pct(in_time, n) AS high_pct,
    count(*) FILTER (NOT due) AS pending
FROM core.acknowledged
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
