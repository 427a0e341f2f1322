/* +++
title.nl = "zaken die al opgelost waren voor ze er waren"
title.en = "cases that were solved before they were there"
why.nl   = "Een tijdstip is verkeerd ingevuld; de oplostijd van die zaken telt niet mee."
why.en   = "A moment was filled in wrongly; the resolution time of those cases is not counted."

severity = "warn"
owner    = "analyse@overbrugge.example"
reads    = ["core.message", "core.report_week"]
+++ */

SELECT DISTINCT message.case_id
FROM core.message AS message
INNER JOIN core.report_week AS report_week
    ON message.created_at >= report_week.start_at AND message.created_at < report_week.end_at
WHERE message.resolved_at < message.case_heard_at
