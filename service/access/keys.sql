-- name: find_or_create_space
-- The id of the space named $1. An existing row is updated, not skipped, because only a written row is returned.
INSERT INTO source_space (name)
VALUES ($1)
ON CONFLICT (name) DO UPDATE SET name = excluded.name
RETURNING space_id;

-- name: create_key
-- Stores a key by its hash. $1 id, $2 SHA-256, $3 role, $4 name, $5 queue or null, $6 store or null, $7 now, $8 expiry or
-- null, $9 space.
INSERT INTO api_key (key_id, key_hash, role, name, queue, store, created_at, expires_at, space_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: list_keys
-- Every key there ever was, the oldest first.
SELECT k.key_id, k.role, k.name, k.queue, k.store, s.name AS space, k.created_at, k.expires_at, k.revoked_at
FROM api_key k
LEFT JOIN source_space s USING (space_id)
ORDER BY k.created_at, k.key_id;

-- name: revoke_key
-- Ends the keys in force that have this id (as text) or this name; gives their ids. $1 id or name, $2 now.
UPDATE api_key
SET revoked_at = $2
WHERE (key_id::text = lower($1) OR name = $1) AND revoked_at IS NULL
RETURNING key_id;

-- name: find_keys
-- The keys in force of these hashes. $1 SHA-256 hashes, $2 now.
SELECT key_hash, key_id, role, name, queue, store, space_id, expires_at
FROM api_key
WHERE key_hash = ANY ($1) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2);

-- name: key_is_in_force
-- Whether key $1 is in force at $2.
SELECT EXISTS (
    SELECT FROM api_key
    WHERE key_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
);

-- name: find_space_name
-- The name of space $1; no row for those that belong to no key.
SELECT name FROM source_space WHERE space_id = $1;
