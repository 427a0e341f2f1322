-- The lexicon as it is looked up: word by word, up to four. Made once per process.
-- Reads lexicon.word (language, word, score).

CREATE TABLE lexicon.entry AS
SELECT
    language,
    word,
    tokens[1] AS word1,
    tokens[2] AS word2,
    tokens[3] AS word3,
    tokens[4] AS word4,
    len(tokens) AS size,
    score
FROM (SELECT *, lexicon.tokens(word) AS tokens FROM lexicon.word)
WHERE len(tokens) BETWEEN 1 AND 4;
