/* +++
title.nl    = "Vraagt om antwoord"
title.en    = "Asks for an answer"
question.nl = "Welk deel van wat mensen ons schrijven vraagt om een antwoord van ons?"
question.en = "What share of what people write to us asks for an answer from us?"
caveat.nl   = "‘Geen antwoord nodig’ is een oordeel van mensen; dat aandeel staat ernaast, want het is te sturen."
caveat.en   = "‘No reply needed’ is a judgement of people; that share is shown beside it, for it can be gamed."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.heard"]
checks = [
  "n = eligible + no_reply_needed + not_asking + spam + in_ours",
  "eligible_pct IS NULL OR eligible_pct BETWEEN low_pct AND high_pct",
]

[show]
where     = "appendix"
headline  = "eligible_pct"
low       = "low_pct"
high      = "high_pct"
unit      = "pct"
good      = "none"
min_count = 10
+++ */

-- What is said in threads that we started asks for no answer by itself, whatever it says; it is counted apart.
SELECT
    week,
    dimension,
    "group",
    count(*) FILTER (direction = 'inbound' AND kind <> 'repost') AS n,
    count(*) FILTER (eligibility = 'eligible' AND NOT in_ours) AS eligible,
    count(*) FILTER (eligibility = 'no_reply_needed' AND NOT in_ours) AS no_reply_needed,
    count(*) FILTER (eligibility = 'not_asking' AND NOT in_ours) AS not_asking,
    count(*) FILTER (eligibility = 'spam' AND NOT in_ours) AS spam,
    count(*) FILTER (direction = 'inbound' AND kind <> 'repost' AND in_ours) AS in_ours,
    count(*) FILTER (direction = 'inbound' AND kind = 'repost') AS reposts,
    core.share_pct(eligible, n) AS eligible_pct,
    core.wilson_low_pct(eligible, n) AS low_pct,
    core.wilson_high_pct(eligible, n) AS high_pct,
    core.share_pct(no_reply_needed, n) AS no_reply_needed_pct
FROM core.heard
FULL JOIN core.every_week USING (week, dimension, "group")
GROUP BY week, dimension, "group"
ORDER BY week, dimension, "group"
