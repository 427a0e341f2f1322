-- The lexicon as it is looked up: word by word, up to four. Made once per connection.
-- Reads lexicon.word (language, word, score).

-- Words, one emoji at a time, and the commonest faces made of signs. A mask ([link]) is one token, and no word.
CREATE MACRO lexicon.tokens(said) AS regexp_extract_all(
    lower(said),
    '\[[a-z-]+\]|[\p{L}]+|[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}\x{2B50}]|[:;=]-?[()]|:-?d\b'
);

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
