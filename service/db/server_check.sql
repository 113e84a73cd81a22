-- name: server_settings
-- The server's version and what decides whether an acknowledged write outlives a crash.
SELECT name, setting
FROM pg_settings
WHERE name IN ('server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit')
ORDER BY name;
