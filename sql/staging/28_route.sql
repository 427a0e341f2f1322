-- Who owns an item: the first rule that fits wins, and is stored. A rule fits when each kind of condition it has holds.
-- Reads staging.item, staging.worded, staging.topic (item_id, place, topic), staging.route (rank, department, kinds,
-- kind, value, place): one row per value; kinds says how many kinds of condition the rule has.

CREATE TABLE staging.routed AS
WITH met AS (
    SELECT worded.item_id, route.rank, route.department, route.kinds, route.kind, route.value, route.place
    FROM staging.worded AS worded
    -- A keyword is the beginning of a word: "les" is in "lessen", and not in "alles".
    INNER JOIN staging.route AS route ON route.kind = 'keyword' AND contains(worded.words, ' ' || route.value)
    UNION ALL
    -- Of several topics the one that comes first in the item.
    SELECT topic.item_id, route.rank, route.department, route.kinds, route.kind, route.value, topic.place
    FROM staging.topic AS topic
    INNER JOIN staging.route AS route ON route.kind = 'topic' AND topic.topic = route.value
    UNION ALL
    SELECT item.item_id, route.rank, route.department, route.kinds, route.kind, route.value, route.place
    FROM staging.item AS item
    INNER JOIN staging.route AS route
        ON
            (route.kind = 'source' AND item.source = route.value)
            OR (route.kind = 'account' AND list_contains(item.accounts, route.value))
),

condition AS (
    SELECT item_id, rank, department, kinds, kind, arg_min(value, (place, value)) AS value, min(place) AS place
    FROM met
    GROUP BY item_id, rank, department, kinds, kind
),

-- Most rules have one kind of condition, and then there is nothing to put together.
fit AS (
    SELECT item_id, rank, department, place, kind || ' ' || value AS rule
    FROM condition
    WHERE kinds = 1
    UNION ALL
    SELECT
        item_id,
        rank,
        department,
        min(place) AS place,
        string_agg(kind || ' ' || value, ' + ' ORDER BY kind) AS rule
    FROM condition
    WHERE kinds > 1
    GROUP BY item_id, rank, department, kinds
    HAVING count(*) = kinds
)

SELECT item_id, department, rule
FROM fit
QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY rank, place, department) = 1;
