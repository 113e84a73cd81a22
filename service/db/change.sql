-- name: lock_customers
-- The versions and survivors of customers $1, locked for this transaction in the order of their ids.
SELECT customer_id, version, merged_into
FROM customer
WHERE customer_id = ANY((SELECT $1::uuid[])::uuid[])
ORDER BY customer_id
FOR UPDATE;

-- name: record_change
-- One more version of customer $1 at $2 by key $3 for action $4 on subject $5 with fields $6; gives the version.
-- Others are told that the context has changed, and of the event $7 on the subject if there is one.
WITH bumped AS (
    UPDATE customer SET version = version + 1 WHERE customer_id = $1 RETURNING customer_id, version
),
told AS (
    INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
    SELECT customer_id, version, type, $5, $2
    FROM bumped
    CROSS JOIN unnest(array_remove(ARRAY['context.changed', $7], NULL)) AS type
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, $2, $3, $4, $5, $6 FROM bumped
)
SELECT version FROM bumped;
