/* +++
title.nl = "antwoorden van mensen binnen vijf seconden"
title.en = "answers of people within five seconds"
why.nl   = "Zo snel is alleen een machine: zet dat account als bot in het bestand van de instelling."
why.en   = "Only a machine is that quick: name that account as a bot in the institution's file."

severity = "warn"
owner    = "analyse@overbrugge.example"
reads    = ["core.turn", "core.report_week"]
+++ */

SELECT turn.item_id, turn.asked_at, turn.answered_at
FROM core.turn AS turn
INNER JOIN core.report_week AS report_week
    ON turn.asked_at >= report_week.start_at AND turn.asked_at < report_week.end_at
WHERE turn.answered_at < turn.asked_at + INTERVAL 5 SECOND
