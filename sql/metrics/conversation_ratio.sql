/* +++
title.nl    = "In gesprek"
title.en    = "In conversation"
question.nl = "Praten we met mensen, of zenden we alleen?"
question.en = "Do we talk with people, or only send?"
caveat.nl   = "Antwoorden, gedeeld door antwoorden en eigen berichten; wat we onder ons eigen bericht zetten telt niet."
caveat.en   = "Replies, divided by replies and posts of our own; what we write under our own post is left out."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.heard"]
checks = ["replies + broadcasts = n", "dialogues <= threads"]

[show]
where     = "own"
headline  = "reply_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "up"
min_count = 10
+++ */

-- A dialogue: a thread in which the word has passed between them and us at least once.
SELECT
    week,
    dimension,
    "group",
    count(*) FILTER (role IN ('reply', 'broadcast')) AS n,
    count(*) FILTER (role = 'reply') AS replies,
    count(*) FILTER (role = 'broadcast') AS broadcasts,
    core.share_pct(replies, n) AS reply_pct,
    core.wilson_low_pct(replies, n) AS low_pct,
    core.wilson_high_pct(replies, n) AS high_pct,
    count(DISTINCT thread_key) FILTER (exchange_no >= 1) AS threads,
    count(DISTINCT thread_key) FILTER (exchange_no >= 2) AS dialogues,
    core.share_pct(dialogues, threads) AS dialogue_pct
FROM core.heard
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
