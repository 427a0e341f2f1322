-- Language, then the tone of every item somebody else wrote, from a word list that analysts edit (sql/lexicon).
-- Reads staging.item, staging.lexicon (language, word, score), staging.stopword (language, word).

CREATE TABLE staging.token AS
SELECT
    item_id,
    unnest(words) AS word,
    generate_subscripts(words, 1) AS place
FROM (
    SELECT
        item_id,
        regexp_extract_all(
            lower(concat_ws(' . ', title, text)),
            '[\p{L}]+|[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}]'
        ) AS words
    FROM staging.item
);

CREATE TABLE staging.spoken AS
SELECT
    item.item_id,
    coalesce(
        nullif(lower(left(item.given_language, 2)), ''),
        arg_max(stopword.language, stopword.hits),
        'und'
    ) AS language
FROM staging.item AS item
LEFT JOIN (
    SELECT token.item_id, stopword.language, count(*) + if(stopword.language = 'nl', 0.5, 0) AS hits
    FROM staging.token AS token
    INNER JOIN staging.stopword AS stopword USING (word)
    GROUP BY token.item_id, stopword.language
) AS stopword USING (item_id)
GROUP BY item.item_id, item.given_language;

CREATE TABLE staging.tone AS
WITH denial AS (
    SELECT token.item_id, token.place
    FROM staging.token AS token
    INNER JOIN staging.spoken AS spoken USING (item_id)
    INNER JOIN staging.lexicon AS lexicon
        ON
            token.word = lexicon.word
            AND lexicon.score = 0
            AND (lexicon.language = spoken.language OR spoken.language = 'und')
),

turned AS (
    SELECT
        token.item_id,
        token.word,
        coalesce(token.place - denial.place <= 3, FALSE) AS negated
    FROM staging.token AS token
    ASOF LEFT JOIN denial AS denial
        ON token.item_id = denial.item_id AND token.place > denial.place
),

hit AS (
    SELECT
        turned.item_id,
        -- "not good" says the opposite, and less of it. A negation reaches three words far, and never an emoji.
        sum(lexicon.score * if(turned.negated AND lexicon.language <> 'any', -0.7, 1.0)) AS score,
        count(*) AS hits
    FROM turned
    INNER JOIN staging.spoken AS spoken USING (item_id)
    INNER JOIN staging.lexicon AS lexicon
        ON
            turned.word = lexicon.word
            AND lexicon.score <> 0
            AND (lexicon.language = spoken.language OR lexicon.language = 'any' OR spoken.language = 'und')
    GROUP BY turned.item_id
)

SELECT
    item.item_id,
    spoken.language,
    CASE
        WHEN item.rating_score IS NOT NULL THEN item.rating_score
        WHEN hit.hits IS NOT NULL THEN greatest(-1.0, least(1.0, hit.score / sqrt(hit.hits + 1.0)))
        WHEN regexp_matches(concat_ws(' ', item.title, item.text), '\p{L}') THEN 0.0
    END AS sentiment_score
FROM staging.item AS item
INNER JOIN staging.spoken AS spoken USING (item_id)
LEFT JOIN hit USING (item_id);
