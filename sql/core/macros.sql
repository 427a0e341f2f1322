-- What several tables and metrics need in the same words.


-- Moments as whole seconds and hours since 1970.
CREATE MACRO core.second_of(moment) AS epoch_us(moment) // 1000000;
CREATE MACRO core.hour_of(moment) AS epoch_us(moment) // 3600000000;

-- Hours by the calendar clock: what a sum with an INTERVAL says, which asks the time zone for every row.
CREATE MACRO core.hours_between(earlier, later) AS (epoch_us(later) - epoch_us(earlier)) / 3600000000;

-- A moment's place on an opening clock, from its hour's row of core.calendar.
CREATE MACRO core.place_in_hour(seconds_before, opens, closes, again_opens, again_closes, second) AS
seconds_before
+ CASE WHEN second > closes THEN closes - opens WHEN second > opens THEN second - opens ELSE 0 END
+ CASE
    WHEN second > again_closes THEN again_closes - again_opens
    WHEN second > again_opens THEN second - again_opens
    ELSE 0
END;

-- Four decimals: enough never to be rounded twice on the way to a page.
CREATE MACRO core.share_pct(hits, n) AS round(100.0 * hits / nullif(n, 0), 4);

-- A value held within bounds. DuckDB's own least() and greatest() would make a bound out of NULL.
CREATE MACRO core.between(x, low, high) AS CASE WHEN x < low THEN low WHEN x > high THEN high ELSE x END;

-- Wilson score interval of a share, in per cent (Wilson 1927); NULL when nothing was counted.
CREATE MACRO core.wilson_low_pct(hits, n) AS
CASE WHEN n > 0 THEN round(100.0 * greatest(
    0.0,
    (hits / n + 1.920729410 / n - 1.959963985 * sqrt(hits / n * (1.0 - hits / n) / n + 0.960364705 / (n * n)))
    / (1.0 + 3.841458821 / n)
), 4) END;

CREATE MACRO core.wilson_high_pct(hits, n) AS
CASE WHEN n > 0 THEN round(100.0 * least(
    1.0,
    (hits / n + 1.920729410 / n + 1.959963985 * sqrt(hits / n * (1.0 - hits / n) / n + 0.960364705 / (n * n)))
    / (1.0 + 3.841458821 / n)
), 4) END;

-- The normal deviate that is as unlikely as Student's t (Wallace 1959): an interval drawn over few people is itself
-- uncertain, and far out in the tails, where many comparisons are decided, that matters.
CREATE MACRO core.deviate_of(t, freedom) AS
sign(t) * (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0) * sqrt(freedom * ln(1.0 + t * t / freedom));

-- The beginning of a text, too short to find its writer by: two words in three, nine words, sixty characters at most.
CREATE MACRO core.excerpt(words) AS (
    rtrim(
        left(
            array_to_string(
                string_split(words, ' ')[1:least(9, greatest(1, len(string_split(words, ' ')) * 2 // 3))], ' '
            ),
            60
        ),
        ' .,;:!?'
    ) || '…'
);

-- The mean of the middle half of sorted values (interquartile mean): two bad days in eight do not move it.
CREATE MACRO core.middle_mean(sorted) AS list_avg(sorted[1 + len(sorted) // 4:len(sorted) - len(sorted) // 4]);

-- How likely a count of at most x is when counts are negative binomial with variance = mean + dispersion x mean^2.
CREATE MACRO core.chance_of_at_most(x, mean, dispersion) AS
list_sum(list_transform(range(0, x + 1), LAMBDA i: exp(
    lgamma(i + 1 / dispersion) - lgamma(1 / dispersion) - lgamma(i + 1)
    + i * ln(dispersion * mean / (1 + dispersion * mean)) - ln(1 + dispersion * mean) / dispersion
)));
