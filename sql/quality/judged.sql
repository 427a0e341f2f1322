-- One row per item that somebody labelled and whose words are as they were then; an unclear one has no shares.
-- Reads quality.readable and label (labeller, item_id, text_key, label, stratum, stratum_size).
--   negative, neutral, positive   the share of those who read it that said so (1 and 0 when one person did)
--   weight                        how many items it stands for: size of its class when drawn, by those labelled of it

WITH standing AS (
    SELECT
        label.item_id,
        readable.machine,
        label.stratum,
        label.stratum_size,
        label.label,
        label.labeller
    FROM label
    INNER JOIN quality.readable AS readable USING (item_id, text_key)
),

item AS (
    SELECT
        item_id,
        any_value(machine) AS machine,
        arg_min(stratum, labeller) AS stratum,
        arg_min(stratum_size, labeller) AS stratum_size,
        count(*) FILTER (label <> 'unclear') AS answers,
        count(*) FILTER (label = 'negative') AS negative,
        count(*) FILTER (label = 'neutral') AS neutral,
        count(*) FILTER (label = 'positive') AS positive
    FROM standing
    GROUP BY item_id
)

SELECT
    item_id,
    machine,
    negative / nullif(answers, 0) AS negative,
    neutral / nullif(answers, 0) AS neutral,
    positive / nullif(answers, 0) AS positive,
    answers = 0 AS unclear,
    stratum_size / nullif(count(*) FILTER (answers > 0) OVER (PARTITION BY stratum), 0) AS weight
FROM item
ORDER BY item_id;
