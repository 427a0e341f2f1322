-- What is finally said of an item's tone, and who says so: stars that somebody gave, the institution's engine, or
-- (where that reads nothing, and for what we write ourselves) the word list.
-- Reads staging.item, staging.tone, staging.scored (item_id, negative, neutral, positive: probabilities), staging.judge
-- (engine, lexicon: their versions).
--   sentiment_score  -1 … 1; an engine's is the probability of positive less that of negative
--   sentiment_by     'rating', or the version of what judged

CREATE TABLE staging.verdict AS
WITH judged AS (
    SELECT
        item.item_id,
        tone.language,
        tone.sentiment_words,
        scored.negative,
        scored.neutral,
        scored.positive,
        CASE
            WHEN item.rating_score IS NOT NULL THEN 'rating'
            WHEN scored.item_id IS NOT NULL THEN judge.engine
            WHEN tone.sentiment_score IS NOT NULL THEN judge.lexicon
        END AS sentiment_by,
        if(
            item.rating_score IS NULL AND scored.item_id IS NOT NULL, round(scored.positive - scored.negative, 4),
            tone.sentiment_score
        ) AS sentiment_score
    FROM staging.item AS item
    CROSS JOIN staging.judge AS judge
    INNER JOIN staging.tone AS tone USING (item_id)
    LEFT JOIN staging.scored AS scored USING (item_id)
)

SELECT
    item_id,
    language,
    sentiment_words,
    sentiment_by,
    sentiment_score,
    CASE
        WHEN sentiment_score IS NULL THEN 'unknown'
        -- Of the three the most likely one; in a tie the milder.
        WHEN sentiment_by <> 'rating' AND neutral >= greatest(negative, positive) THEN 'neutral'
        WHEN sentiment_by <> 'rating' AND positive >= negative THEN 'positive'
        WHEN sentiment_by <> 'rating' AND negative > positive THEN 'negative'
        WHEN sentiment_score > 0.1 THEN 'positive'
        WHEN sentiment_score < -0.1 THEN 'negative'
        ELSE 'neutral'
    END AS sentiment
FROM judged;
