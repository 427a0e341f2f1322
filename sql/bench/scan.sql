-- The bare scan with one aggregation: items and distinct people per week, over the same partitions as the metrics'.

SELECT iso_week, count(*) AS items, count(DISTINCT author) AS people
FROM bench.messages
GROUP BY iso_week;

SELECT
    iso_week,
    count(*) AS turns,
    count(DISTINCT author) AS people,
    min(asked_at) AS first_at,
    max(answered_at) AS last_at
FROM bench.turns
GROUP BY iso_week;
