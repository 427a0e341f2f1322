/* +++
title.nl    = "Beantwoord naar tijd"
title.en    = "Answered over time"
question.nl = "Welk deel heeft na zoveel tijd antwoord van een mens?"
question.en = "What share has heard from a person after so much time?"
caveat.nl   = "Eén min de Kaplan-Meier-kromme, met 95%-interval; wie nog wacht telt mee."
caveat.en   = "One minus the Kaplan-Meier curve, with its 95 % interval; those who still wait are counted."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group", "clock", "seconds"]
reads  = ["core.asked", "core.kaplan_meier"]
checks = ["share_pct BETWEEN low_pct AND high_pct"]

[show]
where     = "own"
headline  = "share_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "up"
min_count = 10
only      = ["report", "base"]
+++ */

SELECT
    week,
    dimension,
    "group",
    clock,
    seconds,
    waiting AS n,
    round(100.0 * (1.0 - still_waiting_share), 2) AS share_pct,
    round(100.0 * (1.0 - high_share), 2) AS low_pct,
    round(100.0 * (1.0 - low_share), 2) AS high_pct
FROM core.kaplan_meier('core.asked_line')
WHERE dimension = 'all'
ORDER BY week, clock, seconds
