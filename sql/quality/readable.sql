-- quality.readable: every item of a week whose tone counts in the net score and whose words can still be read.
-- Reads mention (one week of the lake) and draw (seed, secret, known_until, size, least): one row.
--   machine    what the machine says: negative, neutral, positive
--   lot        decides who is drawn: the same for the same institution, week and item, whatever else arrives
--   turn       decides who is read first, and says nothing about the machine's answer
--   text_key   changes when the words are edited; nobody without the institution's key can guess words by it

CREATE SCHEMA quality;

CREATE VIEW quality.counted AS
SELECT mention.*, mention.sentiment AS machine
FROM mention
CROSS JOIN draw
WHERE
    mention.direction = 'inbound'
    AND mention.kind <> 'repost'
    AND mention.sentiment <> 'unknown'
    AND mention.created_at <= draw.known_until;

CREATE VIEW quality.readable AS
SELECT
    counted.item_id,
    counted.machine,
    counted.language,
    counted.visibility,
    counted.title,
    counted.text,
    sha256(concat_ws(' ', draw.seed, 'lot', counted.item_id)) AS lot,
    sha256(concat_ws(' ', draw.seed, 'turn', counted.item_id)) AS turn,
    left(
        sha256(concat_ws(chr(31), draw.secret, coalesce(counted.title, ''), coalesce(counted.text, ''))), 24
    ) AS text_key
FROM quality.counted AS counted
CROSS JOIN draw
WHERE NOT counted.deleted AND trim(concat_ws(' ', counted.title, counted.text)) <> '';
