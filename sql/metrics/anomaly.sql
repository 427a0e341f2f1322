/* +++
title.nl    = "Opvallende dagen"
title.en    = "Days that stood out"
question.nl = "Op hoeveel dagen was er veel meer of veel minder over of tegen ons te horen dan op zo'n dag gewoon is?"
question.en = "On how many days was there far more or far less about us or to us than is usual on such a day?"
caveat.nl   = "Vergeleken met zulke dagen in de twaalf weken ervoor. Vals alarm: hooguit 1,5 % van de gewone dagen."
caveat.en   = "Compared with such days in the twelve weeks before. False alarms: at most 1.5% of ordinary days."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.day"]
checks = ["days = judged + excused + too_little_history", "flagged <= judged", "(flagged = 0) = (day IS NULL)"]

[show]
where     = "appendix"
headline  = "flagged"
unit      = "count"
good      = "none"
min_count = 0
only      = ["report", "trend"]
+++ */

SELECT
    week,
    dimension,
    "group",
    coalesce(sum(n), 0)::BIGINT AS n,
    count(day) AS days,
    count(anomaly) AS judged,
    count(*) FILTER (anomaly) AS flagged,
    count(*) FILTER (excused <> 'too_little_history') AS excused,
    count(*) FILTER (excused = 'too_little_history') AS too_little_history,
    -- The day that stood out most: "96 messages on Tuesday 17 November, where about 40 are usual".
    first(day ORDER BY abs(score) DESC, day) FILTER (anomaly) AS day,
    first(n ORDER BY abs(score) DESC, day) FILTER (anomaly) AS day_count,
    first(round(expected, 1) ORDER BY abs(score) DESC, day) FILTER (anomaly) AS day_expected,
    first(round(score, 1) ORDER BY abs(score) DESC, day) FILTER (anomaly) AS day_score
FROM core.day
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
