-- The language of every item: what its own words tell, else what its source says, else "und".
-- Reads staging.item and staging.told (item: its number in staging.item, language), which tasks/language.py makes.

CREATE TABLE staging.spoken AS
SELECT
    told.item,
    coalesce(
        nullif(told.language, 'und'),
        nullif(regexp_extract(lower(item.given_language), '^[a-z]{2}\b'), ''),
        'und'
    ) AS language
FROM staging.told AS told
INNER JOIN staging.item AS item ON told.item = item.rowid;
