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

-- name: connection_limits
-- How many connections PostgreSQL allows this user (no user may take what is reserved for others), what limits the user
-- and the database have themselves (-1 for none), and how many connections there are now. Limits bind no superuser.
SELECT
    current_setting('max_connections')::integer
    - CASE
        WHEN r.rolsuper THEN 0
        ELSE current_setting('superuser_reserved_connections')::integer
            + coalesce(current_setting('reserved_connections', true)::integer, 0)
    END AS server,
    CASE WHEN r.rolsuper THEN -1 ELSE r.rolconnlimit END AS role,
    CASE WHEN r.rolsuper THEN -1 ELSE d.datconnlimit END AS database,
    (SELECT coalesce(sum(s.numbackends), 0)::integer FROM pg_stat_database s) AS used
FROM pg_roles r
CROSS JOIN pg_database d
WHERE r.rolname = current_user AND d.datname = current_database();
