/* +++
title.nl    = "Buiten openingstijd"
title.en    = "Outside opening hours"
question.nl = "Welk deel van wat mensen schrijven komt als niemand hoeft te antwoorden?"
question.en = "What share of what people write comes when nobody is expected to answer?"
caveat.nl   = "Openingstijd van de afdeling en de bron van dat moment; doorplaatsingen tellen niet mee."
caveat.en   = "Opening hours of the department and the source at that moment; reposts are left out."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.heard", "core.calendar", "core.schedule"]
checks = ["outside <= n"]

[show]
where     = "own"
headline  = "outside_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "none"
min_count = 10
+++ */

WITH written AS (
    SELECT
        heard.week,
        heard.dimension,
        heard."group",
        core.second_of(heard.created_at) AS second,
        coalesce(second >= calendar.opens AND second < calendar.closes, FALSE)
        OR coalesce(second >= calendar.again_opens AND second < calendar.again_closes, FALSE) AS open
    FROM core.heard AS heard
    INNER JOIN core.schedule AS schedule
        ON heard.department = schedule.department AND heard.source = schedule.source
    LEFT JOIN core.calendar AS calendar
        ON schedule.schedule = calendar.schedule AND core.hour_of(heard.created_at) = calendar.hour
    WHERE heard.direction = 'inbound' AND heard.kind <> 'repost'
)

SELECT
    week,
    dimension,
    "group",
    count(open) AS n,
    count(*) FILTER (NOT open) AS outside,
    core.share_pct(outside, n) AS outside_pct,
    core.wilson_low_pct(outside, n) AS low_pct,
    core.wilson_high_pct(outside, n) AS high_pct
FROM written
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
