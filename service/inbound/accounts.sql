-- name: insert_account
-- Store instance $1 of adapter $2, named $3, with secret $4 and settings $5, unless the name is in use.
INSERT INTO channel_instance (instance_id, adapter, name, secret, settings, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO NOTHING
RETURNING instance_id;

-- name: delete_account
-- Forget the instance named $1; its payloads go with it.
DELETE FROM channel_instance
WHERE name = $1;

-- name: list_accounts
-- Every instance by name, and how many payloads are kept of it.
SELECT
    i.name, i.adapter, i.created_at,
    (SELECT count(*) FROM channel_payload p WHERE p.instance_id = i.instance_id) AS payloads
FROM channel_instance i
ORDER BY i.name;

-- name: read_accounts
-- Every instance with its secret and settings, the oldest first.
SELECT instance_id, adapter, name, secret, settings
FROM channel_instance
ORDER BY created_at, instance_id;
