/* +++
title.nl    = "Vermeldingen"
title.en    = "Mentions"
question.nl = "Hoeveel mensen zeggen iets over of tegen ons?"
question.en = "How many people say something about us or to us?"
caveat.nl   = "Ieder bericht telt één keer; doorplaatsingen, bots en eigen berichten tellen niet mee."
caveat.en   = "Every message counts once; reposts, bots and our own posts are left out."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.heard"]
checks = ["n >= authors OR n = 0", "broadcasts >= 0"]

[show]
where     = "tile"
headline  = "n"
unit      = "count"
good      = "none"
min_count = 0
+++ */

SELECT
    week,
    dimension,
    "group",
    count(*) FILTER (direction = 'inbound' AND kind <> 'repost') AS n,
    count(DISTINCT author) FILTER (direction = 'inbound' AND kind <> 'repost') AS authors,
    count(*) FILTER (direction = 'inbound' AND kind = 'repost') AS reposts,
    count(*) FILTER (role = 'broadcast') AS broadcasts,
    count(*) FILTER (role = 'reply') AS own_replies
FROM core.heard
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
