-- name: read_values
-- What sources state now of customers $1, each as if it were never merged; of a record its fields in their order.
SELECT v.customer_id, v.source, v.external_id, v.field, v.value::text AS value, v.normal, v.stated_at, v.verified
FROM customer_value v
WHERE v.customer_id = ANY ($1::uuid[]) AND v.ended_at IS NULL
ORDER BY v.customer_id, v.source, v.external_id, v.field, v.position, v.value_id;

-- name: read_record
-- What record $2 of source $1 stated and states, the newest first of each field; one row without a value if it never stated any.
SELECT coalesce(c.merged_into, r.customer_id) AS customer_id, canonical.version, r.stated_at AS record_stated_at,
    r.verified AS record_verified, r.created_at, r.changed_at, v.field, v.value::text AS value, v.stated_at, v.registered_at,
    v.verified, v.quality::text AS quality, v.ended_at
FROM source_record r
JOIN customer c ON c.customer_id = r.customer_id
JOIN customer canonical ON canonical.customer_id = coalesce(c.merged_into, c.customer_id)
LEFT JOIN LATERAL (
    SELECT field, position, value, stated_at, registered_at, verified, quality, ended_at, value_id
    FROM customer_value
    WHERE customer_id = r.customer_id AND source = r.source AND external_id = r.external_id
    ORDER BY ended_at DESC NULLS FIRST, field, position, value_id
    LIMIT 1000
) AS v ON true
WHERE r.source = $1 AND r.external_id = $2
ORDER BY v.ended_at DESC NULLS FIRST, v.field, v.position, v.value_id;
