-- name: lock_keys
-- For each Idempotency-Key $2 of a caller's key $1, with their place from 1: whether this transaction now holds its lock, which
-- has the number $3 (if not, another one that does is still running), and what the Idempotency-Key stood for.
SELECT wanted.place, pg_try_advisory_xact_lock(wanted.number) AS ours, known.fingerprint, known.resource_id, known.status
FROM unnest((SELECT $1::uuid []), (SELECT $2::text []), (SELECT $3::bigint [])) WITH ORDINALITY
    AS wanted (key_id, idempotency_key, number, place)
LEFT JOIN idempotency known ON known.key_id = wanted.key_id AND known.idempotency_key = wanted.idempotency_key
ORDER BY wanted.place;

-- name: insert_results
-- Remembers outcomes: the callers' keys $1, Idempotency-Keys $2, fingerprints $3, resources $4, statuses $5, at $6. Gives
-- those remembered now: another transaction may have ended since this one began, with the same keys.
INSERT INTO idempotency (key_id, idempotency_key, fingerprint, resource_id, status, created_at)
SELECT key_id, idempotency_key, fingerprint, resource_id, status, $6
FROM unnest($1::uuid [], $2::text [], $3::bytea [], $4::uuid [], $5::smallint [])
    AS new (key_id, idempotency_key, fingerprint, resource_id, status)
ON CONFLICT DO NOTHING
RETURNING resource_id;
