-- name: list_matches
-- The matches of all customers, by the ids of their records.
SELECT one.external_id AS a, other.external_id AS b, p, strength
FROM customer_match
JOIN source_record AS one USING (customer_id)
JOIN source_record AS other ON other.customer_id = customer_match.other_customer_id
ORDER BY p DESC, a, b;

-- name: count_records
-- How many records of sources there are.
SELECT count(*) FROM source_record;
