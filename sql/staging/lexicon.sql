-- How a text is taken apart. Made once per connection.

-- Words, one emoji at a time, and the commonest faces made of signs. A mask ([link]) is one token, and no word.
CREATE MACRO lexicon.tokens(said) AS regexp_extract_all(
    lower(said),
    '\[[a-z-]+\]|[\p{L}]+|[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}\x{2B50}]|[:;=]-?[()]|:-?d\b'
);
