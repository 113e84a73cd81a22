-- name: server_settings
-- The server's version, the database's encoding, and what decides whether an acknowledged write outlives a crash.
SELECT name, setting
FROM pg_settings
WHERE name IN ('server_version_num', 'server_encoding', 'fsync', 'full_page_writes', 'synchronous_commit')
ORDER BY name;

-- name: place
-- Where this session is: the server process, the database, the start of its server, and whether it takes no writes.
SELECT
    pg_backend_pid() AS process,
    current_database() AS database,
    pg_postmaster_start_time() AS started_at,
    current_setting('transaction_read_only')::boolean AS read_only;

-- name: session_settings
-- What this session may wait for, in milliseconds, and its time zone; transaction_timeout from PostgreSQL 17 on.
SELECT name, setting
FROM pg_settings
WHERE name IN (
    'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', 'TimeZone'
)
ORDER BY name;
