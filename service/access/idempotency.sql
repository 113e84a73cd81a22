-- name: lock_idempotency_key
-- Whether this transaction now holds the lock of an Idempotency-Key; another one that holds it is still running. $1 its number.
SELECT pg_try_advisory_xact_lock($1);

-- name: find_outcome
-- What an Idempotency-Key stood for. $1 the caller's key, $2 the Idempotency-Key.
SELECT fingerprint, resource_id, status
FROM idempotency
WHERE key_id = $1 AND idempotency_key = $2;

-- name: store_outcome
-- Remembers an outcome. $1 the caller's key, $2 the Idempotency-Key, $3 fingerprint, $4 resource, $5 status, $6 now.
INSERT INTO idempotency (key_id, idempotency_key, fingerprint, resource_id, status, created_at)
VALUES ($1, $2, $3, $4, $5, $6);
