-- For analysts: words that are on the rise in the report's week among posts that no topic explains. A word counts once
-- for each person; fewer than five people are nobody's business. It rises when so many people use it as would happen to
-- one word in a thousand if nothing had changed: three standard deviations (of a Poisson count) above what the four
-- weeks before lead to expect, allowing for how many people wrote.

WITH post AS (
    SELECT
        coalesce(words.author_key, words.item_id) AS author,
        words.created_at >= week.start_at AS now,
        list_distinct(
            regexp_extract_all(lower(strip_accents(concat_ws(' ', words.title, words.text))), '[\p{L}\p{N}]+')
        ) AS said
    FROM staging.mention AS words
    INNER JOIN core.report_week AS week
        ON words.created_at >= week.start_at - INTERVAL 28 DAYS AND words.created_at < week.end_at
    WHERE
        words.direction = 'inbound'
        AND words.kind <> 'repost'
        AND words.intent <> 'spam'
        AND words.visibility = 'public'
        AND NOT words.deleted
        AND len(words.topics) = 0
),

people AS (
    SELECT count(DISTINCT author) FILTER (now) AS now_people, count(DISTINCT author) FILTER (NOT now) AS before_people
    FROM post
),

used AS (
    SELECT
        word,
        count(DISTINCT author) FILTER (now) AS people,
        count(DISTINCT author) FILTER (NOT now) AS people_before
    FROM (SELECT author, now, unnest(said) AS word FROM post)
    WHERE len(word) >= 3
    GROUP BY word
),

expected AS (
    SELECT
        used.word,
        used.people,
        used.people_before,
        -- Half a person is added, so that a word nobody used before has an expectation too.
        (used.people_before + 0.5) * people.now_people / nullif(people.before_people, 0) AS people_expected
    FROM used
    CROSS JOIN people
)

SELECT word, people, people_before, round(people_expected, 1) AS people_expected
FROM expected
WHERE people >= 5 AND people > people_expected + 3 * sqrt(people_expected)
ORDER BY (people - people_expected) / sqrt(people_expected) DESC, word
LIMIT 20
