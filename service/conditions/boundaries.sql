-- name: find_boundaries
-- Which of its moments, valid_from or valid_until, condition $2 of customer $1 reaches at $3, if it is not revoked; of a
-- timer that was put off ($4 true) the last one before $3. No row for a condition without one; each has its place, from 1.
SELECT wanted.place, reached.field
FROM unnest((SELECT $1::uuid []), (SELECT $2::uuid []), (SELECT $3::timestamptz []), (SELECT $4::boolean [])) WITH ORDINALITY
    AS wanted (customer_id, condition_id, due_at, put_off, place)
CROSS JOIN LATERAL (
    SELECT boundary.field
    FROM condition c
    CROSS JOIN LATERAL (VALUES ('valid_from', c.valid_from), ('valid_until', c.valid_until)) AS boundary (field, at)
    WHERE
        c.customer_id = wanted.customer_id AND c.condition_id = wanted.condition_id AND c.revoked_at IS NULL
        AND (boundary.at = wanted.due_at OR (wanted.put_off AND boundary.at < wanted.due_at))
    ORDER BY boundary.at DESC
    LIMIT 1
) AS reached
ORDER BY wanted.place;

-- name: cross_boundaries
-- Customers $1, locked, come to versions $2, as conditions $3 have reached the boundaries $4, at $5 by key $6, action $7; a
-- customer of several conditions comes to several versions. The outbox gets the
-- change of each context. Gives the customers with their versions.
WITH crossed AS MATERIALIZED (
    SELECT customer_id, version, condition_id, field
    FROM unnest($1::uuid [], $2::bigint [], $3::uuid [], $4::text []) AS crossed (customer_id, version, condition_id, field)
),
bumped AS (
    UPDATE customer SET version = newest.version
    FROM (SELECT customer_id, max(version) AS version FROM crossed GROUP BY customer_id) AS newest
    WHERE customer.customer_id = newest.customer_id
),
told AS (
    INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
    SELECT customer_id, version, 'context.changed', condition_id, $5 FROM crossed
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, $5, $6, $7, condition_id, ARRAY[field] FROM crossed
    RETURNING customer_id, version
)
SELECT customer_id, version FROM audited;
