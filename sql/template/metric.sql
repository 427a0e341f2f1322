/* +++
title.nl    = "De titel"
title.en    = "The title"
question.nl = "Welke vraag beantwoordt dit?"
question.en = "Which question does this answer?"
caveat.nl   = "Wat moet wie dit leest weten?"
caveat.en   = "What must whoever reads this know?"

owner  = "you@school.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.heard"]
checks = ["hits <= n"]

[show]
where     = "table"
headline  = "share_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "none"
min_count = 10
+++ */

-- core.heard has a row for each message of a week and heading, in local time: hour(created_at); see sql/core/heard.sql.
-- core.every_week keeps the weeks in which nothing came. n is what the share is of. A norm: target = 15 in [show].

SELECT
    week,
    dimension,
    "group",
    count(*) FILTER (direction = 'inbound') AS n,
    count(*) FILTER (direction = 'inbound' AND kind = 'post') AS hits,
    core.share_pct(hits, n) AS share_pct,
    core.wilson_low_pct(hits, n) AS low_pct,
    core.wilson_high_pct(hits, n) AS high_pct
FROM core.heard
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
