-- name: claim_rows
-- The $1 oldest rows that no other worker holds, oldest first, held until this transaction ends.
SELECT outbox_id, customer_id, version, type, subject_id, created_at, traceparent
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

-- name: keep_undropped
-- Views of customers $1 older than versions $2 are to be dropped.
INSERT INTO undropped_view (customer_id, version, written_at)
SELECT customer_id, version, clock_timestamp()
FROM unnest($1::uuid[], $2::bigint[]) AS new (customer_id, version)
ON CONFLICT (customer_id) DO UPDATE SET version = greatest(undropped_view.version, excluded.version);

-- name: claim_undropped
-- The $1 customers that have waited the longest and that no other worker holds, held until this transaction ends.
SELECT customer_id, version
FROM undropped_view
ORDER BY written_at
LIMIT $1
FOR UPDATE SKIP LOCKED;

-- name: delete_undropped
-- The views of customers $1 are dropped.
DELETE FROM undropped_view
WHERE customer_id = ANY($1::uuid []);
