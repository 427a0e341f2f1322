-- The names that things are grouped by, as enums: they read and compare like text, and group quicker. Their order is that
-- of the alphabet, as it would be for text.
CREATE TYPE core.week_name AS ENUM (SELECT DISTINCT week FROM core.period ORDER BY week);
CREATE TYPE core.dimension_name AS ENUM (
    SELECT 'all' AS name
    UNION
    SELECT dimension FROM core.heading
    UNION
    SELECT 'topic'
    ORDER BY name
);
CREATE TYPE core.group_name AS ENUM (
    SELECT 'all' AS name
    UNION
    SELECT unnest([department, source]) FROM core.schedule
    UNION
    SELECT topic FROM core.topic
    UNION
    SELECT 'no_topic'
    ORDER BY name
);
ALTER TABLE core.period ALTER week TYPE core.week_name;
ALTER TABLE core.heading ALTER dimension TYPE core.dimension_name;
ALTER TABLE core.schedule ALTER department TYPE core.group_name;
ALTER TABLE core.schedule ALTER source TYPE core.group_name;

-- The "group" under a heading: everything together, by department, or by source.
CREATE MACRO core.heading_of(dimension, department, source) AS
CASE dimension WHEN 'department' THEN department WHEN 'source' THEN source ELSE 'all'::core.group_name END;

-- The same by topic. What the taxonomy does not know by now is of no topic.
CREATE MACRO core.by_topic() AS 'topic'::core.dimension_name;
CREATE MACRO core.topic_of(topic) AS coalesce(try_cast(topic AS core.group_name), 'no_topic'::core.group_name);

-- core.every_week: a total for each of them, so that a week in which nothing happened has its row as well.
CREATE TABLE core.every_week AS
SELECT DISTINCT week, 'all'::core.dimension_name AS dimension, 'all'::core.group_name AS "group"
FROM core.period
ORDER BY week;
