-- A scan that only counts, for who wonders what the distinct people cost.

SELECT iso_week, count(*) AS items
FROM bench.messages
GROUP BY iso_week;

SELECT iso_week, count(*) AS turns
FROM bench.turns
GROUP BY iso_week;
