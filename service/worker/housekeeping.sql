-- name: expire_idempotency
-- Forget up to $2 Idempotency-Keys that were used before $1.
DELETE FROM idempotency
WHERE (key_id, idempotency_key) IN (
    SELECT key_id, idempotency_key
    FROM idempotency
    WHERE created_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_candidates
-- Delete up to $2 candidates of tills whose token ended before $1.
DELETE FROM store_candidate
WHERE token_hash IN (
    SELECT token_hash
    FROM store_candidate
    WHERE expires_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: expire_read_audit
-- Delete up to $2 records of reads from before $1.
DELETE FROM read_audit
WHERE (read_at, key_id, view) IN (
    SELECT read_at, key_id, view
    FROM read_audit
    WHERE read_at < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);
