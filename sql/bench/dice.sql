-- Chance and names for the made-up weeks, from numbers by hashing.

-- A share from 0 to 1: hashed again, as the hashes of a pair resemble each other.
CREATE MACRO bench.dice(what, why) AS (hash(xor(hash(what), hash(why))) >> 11) / 9007199254740992;

CREATE MACRO bench.key(word, number) AS left(md5(word || number), 24);
