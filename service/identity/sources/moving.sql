-- name: find_records
-- The records of customers $1 whose source and id are one of $2, with a colon between them.
SELECT customer_id, source, external_id
FROM source_record
WHERE customer_id = ANY ($1::uuid[]) AND concat(source, ':', external_id) = ANY ($2::text[])
ORDER BY source, external_id;

-- name: move_values
-- What record $4 of source $3 states and stated of customer $2 it says of customer $1.
UPDATE customer_value SET customer_id = $1 WHERE customer_id = $2 AND source = $3 AND external_id = $4;

-- name: move_record
-- Record $3 of source $2 is customer $1's.
UPDATE source_record SET customer_id = $1 WHERE source = $2 AND external_id = $3;

-- name: read_names
-- The names that record $3 of source $2 states of customer $1.
SELECT field, value::text AS value
FROM customer_value
WHERE customer_id = $1 AND source = $2 AND external_id = $3 AND ended_at IS NULL AND field IN ('given', 'family', 'full')
ORDER BY field, position;

-- name: find_any_record
-- The record of customer $1 that states a name and was stated last.
SELECT r.source, r.external_id
FROM source_record r
WHERE r.customer_id = $1 AND EXISTS (
    SELECT FROM customer_value v
    WHERE v.customer_id = $1 AND v.source = r.source AND v.external_id = r.external_id AND v.ended_at IS NULL
        AND v.field IN ('given', 'family', 'full')
)
ORDER BY r.stated_at DESC, r.source, r.external_id
LIMIT 1;

-- name: name_customer
-- Customer $1 has the name $2, with its key $3, unless it has one.
UPDATE customer SET name = $2, name_key = $3 WHERE customer_id = $1 AND name IS NULL;

-- name: rename_customer
-- Customer $1 with the name $2 has the name $3, with its key $4, unless a person or an interaction said that it has $2.
UPDATE customer SET name = $3, name_key = $4
WHERE customer_id = $1 AND name = $2
    AND NOT EXISTS (
        SELECT FROM interaction i
        WHERE i.customer_id = $1 AND i.details -> 'participant' ->> 'role' = 'customer'
            AND i.details -> 'participant' ->> 'name' = $2
    )
    AND NOT EXISTS (
        SELECT FROM change_audit a
        WHERE a.customer_id = $1
            AND ((a.action = 'customer.changed' AND 'name' = ANY (a.fields)) OR a.action = 'customer.created')
    );
