-- name: read_holders
-- The customers that meet under each of the keys $1, at most $2 of each.
SELECT asked.key, ARRAY(
    SELECT k.customer_id FROM match_key k
    WHERE k.key = asked.key
    ORDER BY k.key, k.customer_id
    LIMIT $2
) AS holders
FROM unnest($1::bigint[]) AS asked (key);

-- name: read_frequencies
-- Of how many customers a record has the names $2 of the fields $1.
SELECT n.field, n.name, n.customers
FROM unnest($1::text[], $2::text[]) AS asked (field, name)
CROSS JOIN LATERAL (
    SELECT field, name, customers FROM name_frequency WHERE field = asked.field AND name = asked.name OFFSET 0
) AS n;

-- name: read_tables
-- The tables of probabilities that an operator chose, null for those that are shipped, and the learned prior.
SELECT tables, person, household FROM match_state;
