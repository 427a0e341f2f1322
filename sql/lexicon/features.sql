-- What the word list and the signs in a text say of its tone: numbers that a head weighs (tasks/sentiment/features.py).
-- Reads staging.item (item_id, text) and staging.hit (item, score, denies, place). Every column is about -1 to 3.

WITH heard AS (
    SELECT
        item,
        sum(score) FILTER (score > 0) AS positive,
        -sum(score) FILTER (score < 0) AS negative,
        max(score) FILTER (score > 0) AS strongest_positive,
        -min(score) FILTER (score < 0) AS strongest_negative,
        arg_max(score, place) FILTER (NOT denies) AS last_score,
        count(*) FILTER (NOT denies) AS hits,
        count(*) FILTER (denies) AS denials,
        sum(score) FILTER (contains(word, ' … ') AND score > 0) AS turned_good,
        -sum(score) FILTER (contains(word, ' … ') AND score < 0) AS turned_bad
    FROM staging.hit
    GROUP BY item
),

said AS (
    SELECT
        item.item_id,
        item.text,
        len(regexp_extract_all(item.text, '[\p{L}]+')) AS words,
        coalesce(heard.positive, 0) AS positive,
        coalesce(heard.negative, 0) AS negative,
        coalesce(heard.strongest_positive, 0) AS strongest_positive,
        coalesce(heard.strongest_negative, 0) AS strongest_negative,
        coalesce(heard.last_score, 0) AS last_score,
        coalesce(heard.denials, 0) AS denials,
        coalesce(heard.turned_good, 0) AS turned_good,
        coalesce(heard.turned_bad, 0) AS turned_bad,
        sqrt(coalesce(heard.hits, 0) + 1) AS breadth
    FROM staging.item AS item
    LEFT JOIN heard ON item.rowid = heard.item
)

SELECT
    greatest(-1, least(1, (positive - negative) / breadth)) AS score,
    least(positive / breadth, 3) AS positive,
    least(negative / breadth, 3) AS negative,
    strongest_positive,
    strongest_negative,
    last_score,
    (positive > 0)::DOUBLE AS any_positive,
    (negative > 0)::DOUBLE AS any_negative,
    (positive > 0 AND negative > 0)::DOUBLE AS both_sides,
    least(turned_good, 3)::DOUBLE AS turned_good,
    least(turned_bad, 3)::DOUBLE AS turned_bad,
    least(denials, 3)::DOUBLE AS denied,
    ln(1 + least(len(text) - len(replace(text, '!', '')), 10)) AS exclaims,
    ln(1 + least(len(text) - len(replace(text, '?', '')), 10)) AS asks,
    (contains(text, '..') OR contains(text, '…'))::DOUBLE AS trails,
    len(regexp_extract_all(text, '\b\p{Lu}{3,}\b')) / (words + 3) AS shouts,
    ln(1 + words) / 3 AS length,
    least(len(regexp_extract_all(text, '\bhttp\b')), 2)::DOUBLE AS links,
    least(len(text) - len(replace(text, '@', '')), 3) / 2 AS accounts,
    least(len(text) - len(replace(text, '#', '')), 4) / 2 AS tags
FROM said
ORDER BY item_id;
