-- name: read_survivors
-- The survivors of the merge sets of customers $1, with their names.
SELECT m.customer_id, s.customer_id AS survivor_id,
    coalesce(s.name, (SELECT min(x.name) FROM customer x WHERE x.merged_into = s.customer_id)) AS name
FROM customer m
JOIN customer s ON s.customer_id = coalesce(m.merged_into, m.customer_id)
WHERE m.customer_id = ANY ($1::uuid[]);
