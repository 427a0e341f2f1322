-- The items of a week that people are asked to read, in the order of reading.
-- Reads quality.readable and draw (size: how many in all; least: of each class, as far as there are so many).
--
-- Permanent random numbers (Ohlsson 1995): of each class of the machine those with the smallest lots. Beyond the least,
-- places go to the classes by the square root of their size (power allocation, Bankier 1988), handed out one by one by
-- highest averages (Webster): a rare class is read closely, a large one still most, and one late item moves at most two
-- places.

WITH ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY machine ORDER BY lot, item_id) AS place,
        count(*) OVER (PARTITION BY machine) AS stratum_size
    FROM quality.readable
),

drawn AS (
    SELECT ranked.*
    FROM ranked
    CROSS JOIN draw
    QUALIFY
        row_number() OVER (
            ORDER BY
                ranked.place > draw.least,
                (ranked.place - 0.5) / sqrt(ranked.stratum_size),
                ranked.machine,
                ranked.place
        ) <= draw.size
)

SELECT item_id, language, visibility, title, text, text_key, machine AS stratum, stratum_size
FROM drawn
ORDER BY turn, item_id;
