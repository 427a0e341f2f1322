-- core.period is what is asked for: a row per week, and one "all" that pools a range with one cut-off. "base", the four
-- weeks before the report's, is four rows of that name, each cut off on its own Monday: like is compared with like.

-- core.report_week: the one week that the report is about, as text, which can be cut.
CREATE TABLE core.report_week AS
SELECT week::VARCHAR AS week, start_at, end_at, as_of
FROM core.period
WHERE role = 'report';

-- core.covered: the ISO weeks of the lake that each period is made of, and before each of them the week in which
-- somebody had to ask for seven days to be over.
CREATE TABLE core.covered AS
SELECT
    week,
    role,
    as_of,
    strftime(monday, '%G-W%V') AS iso_week,
    strftime(monday - INTERVAL 7 DAYS, '%G-W%V') AS iso_week_before
FROM (
    SELECT *, unnest(generate_series(start_at::DATE, (end_at - INTERVAL 1 SECOND)::DATE, INTERVAL 7 DAYS)) AS monday
    FROM core.period
);
