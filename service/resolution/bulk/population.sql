-- name: read_held
-- How many customers meet under each key of more than $1.
SELECT key, count(*) AS customers FROM match_key
GROUP BY key
HAVING count(*) > $1;

-- name: read_all_frequencies
-- Names and birth dates of more than $1 customers, and the counts of all.
SELECT field, name, customers FROM name_frequency
WHERE customers > $1 OR name = '';

-- name: read_first_holders
-- For each of the keys $1 one of the customers that meet under it.
SELECT DISTINCT k.customer_id
FROM unnest($1::bigint[]) AS asked (key)
CROSS JOIN LATERAL (
    SELECT customer_id FROM match_key WHERE key = asked.key ORDER BY key, customer_id LIMIT 1
) AS k;
