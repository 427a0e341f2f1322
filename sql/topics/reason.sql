-- Per topic and finding the first pattern, as the analyst wrote it, that finds the same.
-- Reads staging.unexplained (topic, found), staging.pattern (topic, place, pattern, expression, needed: letters without
-- which it finds nothing, as each expression of a table is compiled anew for each row).

SELECT unexplained.topic, unexplained.found, arg_min(pattern.pattern, pattern.place) AS pattern
FROM staging.unexplained AS unexplained
INNER JOIN staging.pattern AS pattern USING (topic)
WHERE if(contains(unexplained.found, pattern.needed), regexp_matches(unexplained.found, pattern.expression), FALSE)
GROUP BY unexplained.topic, unexplained.found
ORDER BY unexplained.topic, unexplained.found
