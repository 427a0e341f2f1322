-- The tone of every item from a word list that analysts edit (sql/lexicon), and which words it was.
-- Reads staging.item, staging.spoken (item_id, language), lexicon.entry (language, word, head, rest, size, score).

CREATE TABLE staging.hit AS
WITH token AS (
    SELECT
        item,
        language,
        tokens,
        unnest(tokens) AS token,
        generate_subscripts(tokens, 1) AS place
    FROM (
        SELECT
            item.rowid AS item,
            spoken.language,
            lexicon.tokens(concat_ws(' . ', item.title, item.text)) AS tokens
        FROM staging.item AS item
        INNER JOIN staging.spoken AS spoken USING (item_id)
    )
),

found AS (
    SELECT
        token.item,
        token.place,
        entry.size,
        entry.language,
        entry.word,
        entry.score,
        -- "geen probleem" is neither "geen" nor "probleem": what an entry covers is not looked at again.
        max(token.place + entry.size) OVER before AS covered
    FROM token
    INNER JOIN lexicon.entry AS entry
        ON
            token.token = entry.head
            AND (entry.language = token.language OR entry.language = 'any' OR token.language = 'und')
    WHERE entry.size = 1 OR token.tokens[token.place + 1:token.place + entry.size - 1] = entry.rest
    WINDOW before AS (
        PARTITION BY token.item
        ORDER BY token.place, entry.size DESC, entry.language
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
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
    FROM found
    WHERE covered IS NULL OR covered <= place
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

CREATE TABLE staging.tone AS
SELECT
    item.item_id,
    spoken.language,
    CASE
        WHEN item.rating_score IS NOT NULL THEN item.rating_score
        WHEN hit.hits > 0 THEN greatest(-1.0, least(1.0, hit.score / sqrt(hit.hits + 1.0)))
        -- Who denies, and says nothing else that we know, mostly complains: "doet het niet".
        WHEN hit.denials > 0 THEN -0.2
        -- Words in a language whose tone we do not know say nothing, not that they are neutral.
        WHEN
            spoken.language IN ('nl', 'en', 'und')
            AND regexp_matches(concat_ws(' ', item.title, item.text), '\p{L}')
            THEN 0.0
    END AS sentiment_score,
    hit.words AS sentiment_words
FROM staging.item AS item
INNER JOIN staging.spoken AS spoken USING (item_id)
LEFT JOIN (
    SELECT
        item,
        sum(score) AS score,
        count(*) FILTER (WHERE NOT denies) AS hits,
        count(*) FILTER (WHERE denies) AS denials,
        -- The reason shown; a long article has no more than twenty.
        coalesce(
            list({ word: word, score: round(score, 2) } ORDER BY place) FILTER (WHERE NOT denies),
            list({ word: word, score: -0.2 } ORDER BY place)
        )[:20] AS words
    FROM staging.hit
    GROUP BY item
) AS hit ON item.rowid = hit.item;
