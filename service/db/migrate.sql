-- name: create_table
-- The record of what was applied, as it is before the first migration.
CREATE TABLE IF NOT EXISTS schema_migration (
    number integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: lock
-- Wait until no other migration runs in this database; $1 is the number of the lock.
SELECT pg_advisory_lock($1);

-- name: applied
-- What was applied, in order.
SELECT number, name, digest, applied_at FROM schema_migration ORDER BY number;

-- name: is_migrated
-- Whether anything was ever applied.
SELECT to_regclass('schema_migration') IS NOT NULL AS is_migrated;

-- name: newer
-- What a newer askonce has applied beyond the first $1 migrations, in order, and which code runs on it.
SELECT number, name, coalesce(oldest_code, number) AS oldest_code, applied_by
FROM schema_migration
WHERE number > $1
ORDER BY number;

-- name: record
-- Record migration $1 by its name $2 and digest $3.
INSERT INTO schema_migration (number, name, digest) VALUES ($1, $2, $3);

-- name: record_with_way_back
-- Record migration $1 by its name $2 and digest $3: code that knows $4 migrations runs on it. Applied by version $5.
INSERT INTO schema_migration (number, name, digest, oldest_code, applied_by) VALUES ($1, $2, $3, $4, $5);
