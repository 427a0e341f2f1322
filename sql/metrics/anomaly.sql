/* +++
title.nl    = "Opvallende dagen"
title.en    = "Days that stood out"
question.nl = "Op welke dagen zei men veel meer of veel minder over of tegen ons dan op zo'n dag gewoon is?"
question.en = "On which days did people say far more or far less about us or to us than is usual on such a day?"
caveat.nl   = "Vergeleken met de twaalf weken ervoor, dezelfde weekdag en hetzelfde soort dag. Vals alarm: hooguit 1,5 % van de gewone dagen."
caveat.en   = "Compared with the twelve weeks before, the same weekday and the same kind of day. False alarm: at most 1.5% of ordinary days."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.day"]
checks = ["days = judged + excused + too_little_history", "flagged <= judged", "(flagged = 0) = (day IS NULL)"]

[show]
headline  = "flagged"
unit      = "count"
good      = "none"
min_count = 0
+++ */

WITH total AS (
    SELECT
        week,
        dimension,
        "group",
        sum(n)::BIGINT AS n,
        count(*) AS days,
        count(anomaly) AS judged,
        count(*) FILTER (anomaly) AS flagged,
        count(*) FILTER (excused <> 'too_little_history') AS excused,
        count(*) FILTER (excused = 'too_little_history') AS too_little_history,
        -- The one that stood out most.
        first(core_day ORDER BY abs(score) DESC, day) FILTER (anomaly) AS most
    FROM core.day AS core_day
    GROUP BY week, dimension, "group"
)

SELECT
    * EXCLUDE (most),
    most.day,
    most.n AS day_count,
    round(most.expected, 1) AS day_expected,
    round(most.score, 1) AS day_score
FROM total
FULL JOIN core.every_week USING (week, dimension, "group")
ORDER BY week, dimension, "group"
