-- name: claim_rows
-- The $1 oldest rows that no other worker holds, oldest first, held until this transaction ends.
SELECT outbox_id, customer_id, version, type, subject_id, created_at
FROM outbox
ORDER BY outbox_id
LIMIT $1
FOR UPDATE SKIP LOCKED;

-- name: delete_rows
-- Delete the rows with the ids $1.
DELETE FROM outbox
WHERE outbox_id = ANY($1::bigint []);

-- name: enqueue_context_changes
-- Customers $1 came to versions $2 at $3.
INSERT INTO outbox (customer_id, version, type, created_at)
SELECT customer_id, version, 'context.changed', $3
FROM unnest($1::uuid[], $2::bigint[]) AS new (customer_id, version);
