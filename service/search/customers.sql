-- name: list_customers
-- At most $2 customers after customer $1 (of all if it is null), the newest first; merged customers are their survivors.
SELECT customer_id AS id, name, language, since, nullif(last_registered_at, '-infinity') AS last_at
FROM customer
WHERE merged_into IS NULL AND NOT restricted AND ($1::uuid IS NULL OR customer_id < $1::uuid)
ORDER BY customer_id DESC
LIMIT $2;

-- name: list_customers_by_name
-- The same of those with the words of tsquery $3 in their name, in that of a customer merged into them, or in that of a
-- record of either.
SELECT o.customer_id AS id, o.name, o.language, o.since, nullif(o.last_registered_at, '-infinity') AS last_at
FROM (
    SELECT DISTINCT coalesce(merged_into, customer_id) AS customer_id
    FROM customer
    WHERE to_tsvector('simple', name_key) @@ $3::text::tsquery
    UNION
    SELECT coalesce(c.merged_into, c.customer_id)
    FROM source_record r
    JOIN customer c ON c.customer_id = r.customer_id
    WHERE to_tsvector('simple', r.name_key) @@ $3::text::tsquery
) AS found
JOIN customer o ON o.customer_id = found.customer_id AND NOT o.restricted
WHERE $1::uuid IS NULL OR o.customer_id < $1::uuid
ORDER BY o.customer_id DESC
LIMIT $2;

-- name: read_last_contacts
-- When customers $1, or one merged into them, were last in touch; those who never were are left out.
SELECT coalesce(merged_into, customer_id) AS customer_id, max(last_registered_at) AS last_at
FROM customer
WHERE customer_id = ANY ($1::uuid[]) OR merged_into = ANY ($1::uuid[])
GROUP BY 1
HAVING max(last_registered_at) > '-infinity';
