/* +++
title.nl    = "Netto sentiment"
title.en    = "Net sentiment"
question.nl = "Overheerst tevredenheid of onvrede in wat mensen schrijven?"
question.en = "Does what people write sound more content or more discontented?"
caveat.nl   = "Positief min negatief, op alles wat te lezen was. Een machine beoordeelt de toon, en die mist ironie."
caveat.en   = "Positive minus negative, over all that could be read. A machine judges the tone, and misses irony."

owner  = "analyse@overbrugge.example"
grain  = ["week", "dimension", "group"]
reads  = ["core.about"]
checks = ["n = positive + neutral + negative", "net_score IS NULL OR net_score BETWEEN -100 AND 100"]

[show]
where     = "tile"
headline  = "net_score"
low       = "low_score"
high      = "high_score"
unit      = "score"
good      = "up"
target    = 0
min_count = 10
over      = "people"
+++ */

WITH read AS (
    SELECT
        week,
        dimension,
        "group",
        author,
        count(*) FILTER (sentiment = 'positive') AS positive,
        count(*) FILTER (sentiment = 'neutral') AS neutral,
        count(*) FILTER (sentiment = 'negative') AS negative,
        count(*) FILTER (sentiment = 'unknown') AS unknown,
        coalesce(sum(share) FILTER (sentiment <> 'unknown'), 0) AS share,
        coalesce(sum(share) FILTER (sentiment = 'positive'), 0)
        - coalesce(sum(share) FILTER (sentiment = 'negative'), 0) AS net_share
    FROM core.about
    FULL JOIN core.every_week USING (week, dimension, "group")
    GROUP BY week, dimension, "group", author
),

total AS (
    SELECT
        week,
        dimension,
        "group",
        sum(positive + neutral + negative)::BIGINT AS n,
        sum(positive)::BIGINT AS positive,
        sum(neutral)::BIGINT AS neutral,
        sum(negative)::BIGINT AS negative,
        sum(unknown)::BIGINT AS unknown,
        count(*) FILTER (positive + neutral + negative > 0) AS authors,
        (sum(positive) - sum(negative)) / nullif(n, 0) AS net,
        -- Points of the whole institution's score that come from here: those of all topics make the score of "all", and
        -- so do those of all departments.
        100.0 * sum(net_share) / nullif(sum(sum(share)) OVER (PARTITION BY week, dimension), 0) AS contribution
    FROM read
    GROUP BY week, dimension, "group"
),

-- One angry person with ten posts is one person: the interval is drawn over authors, not over messages.
spread AS (
    SELECT
        read.week,
        read.dimension,
        read."group",
        -- When everybody sounds the same, the spread is unknown, not nought.
        nullif(sqrt(
            sum(pow(read.positive - read.negative - total.net * (read.positive + read.neutral + read.negative), 2))
            * any_value(total.authors) / nullif(any_value(total.authors) - 1, 0)
        ) / nullif(any_value(total.n), 0), 0) AS standard_error
    FROM read
    INNER JOIN total USING (week, dimension, "group")
    GROUP BY read.week, read.dimension, read."group"
)

SELECT
    total.week,
    total.dimension,
    total."group",
    total.n,
    total.positive,
    total.neutral,
    total.negative,
    total.unknown,
    total.authors,
    round(100.0 * total.net, 4) AS net_score,
    round(core.between(100.0 * (total.net - 1.959963985 * spread.standard_error), -100.0, 100.0), 4) AS low_score,
    round(core.between(100.0 * (total.net + 1.959963985 * spread.standard_error), -100.0, 100.0), 4) AS high_score,
    round(total.contribution, 4) AS contribution_score
FROM total
INNER JOIN spread USING (week, dimension, "group")
ORDER BY total.week, total.dimension, total."group"
