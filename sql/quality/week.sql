-- How many of a week the machine calls negative, neutral or positive (deleted ones too, as in the net score), and how
-- many of them can still be read. Reads quality.counted and quality.readable.

SELECT
    counted.machine,
    count(*) AS items,
    count(readable.item_id) AS readable
FROM quality.counted AS counted
LEFT JOIN quality.readable AS readable USING (item_id)
GROUP BY counted.machine
ORDER BY counted.machine;
