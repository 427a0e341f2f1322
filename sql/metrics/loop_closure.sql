/* +++
title.nl    = "Kring gesloten"
title.en    = "Loops closed"
question.nl = "Weten we van wat misging de oorzaak, deden we er iets aan, en is de persoon gesproken?"
question.en = "Of what went wrong: do we know the cause, did we act, and was the person spoken to?"
caveat.nl   = "Zaken waarvan de oplostermijn nog loopt tellen niet mee; een heropende zaak is niet gesloten."
caveat.en   = "Cases whose time to be solved has not run out are left out; a reopened case is not closed."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.issue"]
checks = ["closed <= with_cause", "closed <= n"]

[show]
where     = "tile"
headline  = "closed_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "up"
target    = 70
min_count = 10
+++ */

SELECT
    week,
    dimension,
    "group",
    count(*) FILTER (due) AS n,
    count(DISTINCT author) FILTER (due) AS authors,
    count(*) FILTER (due AND cause IS NOT NULL) AS with_cause,
    count(*) FILTER (due AND action IS NOT NULL) AS with_action,
    count(*) FILTER (due AND contacted_at IS NOT NULL) AS with_feedback,
    count(*) FILTER (
        due AND solved AND cause IS NOT NULL AND action IS NOT NULL AND contacted_at IS NOT NULL
    ) AS closed,
    core.share_pct(closed, n) AS closed_pct,
    core.wilson_low_pct(closed, n) AS low_pct,
    core.wilson_high_pct(closed, n) AS high_pct,
    count(*) FILTER (NOT due) AS pending,
    -- The same cause, in the same department, for the second time in four weeks.
    count(*) FILTER (due AND cause IS NOT NULL AND repeated) AS repeat_causes,
    core.share_pct(repeat_causes, with_cause) AS repeat_cause_pct
FROM core.issue
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
