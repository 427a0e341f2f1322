/* +++
title.nl    = "Bleef opgelost"
title.en    = "Stayed resolved"
question.nl = "Blijft opgelost wat we opgelost noemen?"
question.en = "Does what we call solved stay solved?"
caveat.nl   = "Over zaken die de week ervoor voor het eerst opgelost heetten: niet heropend binnen zeven dagen."
caveat.en   = "Of the cases first called solved in the week before: not reopened within seven days."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.resolved"]
checks = ["lasting <= n"]

[show]
where     = "appendix"
headline  = "stayed_pct"
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
    count(first_resolved_at) AS n,
    count(DISTINCT author) AS authors,
    count(*) FILTER (stayed) AS lasting,
    core.share_pct(lasting, n) AS stayed_pct,
    core.wilson_low_pct(lasting, n) AS low_pct,
    core.wilson_high_pct(lasting, n) AS high_pct
FROM core.resolved
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
