-- The tone of every item from a word list that analysts edit (sql/lexicon), and which words it was.
-- Reads staging.item, staging.spoken (item: its number in staging.item, language),
-- lexicon.entry (language, word, size, word1 … word4, score).

-- The lexicon is what is looked up in, not what is looked up: the planner knows neither how many words a text has nor
-- that so few are in the lexicon.
SET disabled_optimizers = 'join_order,build_side_probe_side';

CREATE TABLE staging.hit AS
WITH token AS (
    SELECT
        item,
        language,
        unnest(tokens) AS word1,
        unnest(tokens[2:]) AS word2,
        unnest(tokens[3:]) AS word3,
        unnest(tokens[4:]) AS word4,
        generate_subscripts(tokens, 1) AS place
    FROM (
        SELECT
            item.rowid AS item,
            spoken.language,
            lexicon.tokens(concat_ws(' . ', item.title, item.text)) AS tokens
        FROM staging.item AS item
        INNER JOIN staging.spoken AS spoken ON item.rowid = spoken.item
    )
),

found AS (
    SELECT
        token.item,
        token.place,
        entry.size,
        entry.language,
        entry.word,
        entry.score
    FROM token
    INNER JOIN lexicon.entry AS entry
        ON
            token.word1 = entry.word1
            AND (entry.size < 2 OR token.word2 = entry.word2)
            AND (entry.size < 3 OR token.word3 = entry.word3)
            AND (entry.size < 4 OR token.word4 = entry.word4)
            AND (entry.language = token.language OR entry.language = 'any' OR token.language = 'und')
),

uncovered AS (
    SELECT
        item,
        place,
        language,
        word,
        score
    FROM found
    -- "geen probleem" is neither "geen" nor "probleem": what an entry covers is not looked at again.
    QUALIFY coalesce(
        max(place + size) OVER (
            PARTITION BY item
            ORDER BY place, size DESC, language
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) <= place,
        TRUE
    )
),

turned AS (
    SELECT
        item,
        place,
        word,
        score,
        -- A negation reaches three words far, and never an emoji.
        if(
            language <> 'any' AND place - last_value(if(score = 0, place, NULL) IGNORE NULLS) OVER so_far <= 3,
            last_value(if(score = 0, word, NULL) IGNORE NULLS) OVER so_far,
            NULL
        ) AS denial
    FROM uncovered
    WINDOW so_far AS (PARTITION BY item ORDER BY place)
)

SELECT
    item,
    place,
    if(score = 0 OR denial IS NULL, word, denial || ' … ' || word) AS word,
    -- "not good" says the opposite, and less of it.
    if(denial IS NULL, score, -0.7 * score) AS score,
    score = 0 AS denies
FROM turned;

RESET disabled_optimizers;

CREATE TABLE staging.tone AS
WITH told AS (
    SELECT
        item,
        sum(score) AS score,
        count(*) FILTER (WHERE NOT denies) AS hits,
        -- Who denies, and says nothing else that we know, mostly complains: "doet het niet".
        list_sort(
            coalesce(
                list({ place: place, word: word, score: round(score, 2) }) FILTER (WHERE NOT denies),
                list({ place: place, word: word, score: -0.2 }) FILTER (WHERE denies)
            )
        ) AS words
    FROM staging.hit
    GROUP BY item
)

SELECT
    item.item_id,
    spoken.language,
    CASE
        WHEN item.rating_score IS NOT NULL THEN item.rating_score
        WHEN told.hits > 0 THEN greatest(-1.0, least(1.0, told.score / sqrt(told.hits + 1.0)))
        WHEN told.hits = 0 THEN -0.2
        WHEN spoken.language IN ('nl', 'en') THEN 0.0
        -- Words in a language whose tone we do not know say nothing, which is not the same as neutral.
        -- The letters of a mask are nobody's words.
        WHEN
            spoken.language = 'und'
            AND regexp_matches(
                regexp_replace(concat_ws(' ', item.title, item.text), '\[(link|e-mail|number)\]', '', 'g'), '\p{L}'
            )
            THEN 0.0
    END AS sentiment_score,
    -- The reason shown; a long article has no more than twenty.
    told.words[:20] AS sentiment_words
FROM staging.item AS item
INNER JOIN staging.spoken AS spoken ON item.rowid = spoken.item
LEFT JOIN told ON item.rowid = told.item;
