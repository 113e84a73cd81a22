-- name: list_secrets
-- Every stored secret with a name for its place, by place; settings of doors that are texts stand among them.
SELECT 'door ' || name AS place, secret AS stored
FROM channel_instance
UNION ALL
SELECT 'door ' || i.name || ', ' || s.key, s.value
FROM channel_instance i, jsonb_each_text(i.settings) s
WHERE s.value LIKE 'sealed:%'
UNION ALL
SELECT 'webhook ' || name, secret
FROM webhook
UNION ALL
SELECT 'webhook ' || w.name || ', the secret of before', o.secret
FROM webhook_old_secret o
INNER JOIN webhook w ON w.webhook_id = o.webhook_id
UNION ALL
SELECT 'the key of mail tokens', encode(key, 'escape')
FROM mail_key
ORDER BY place;

-- name: lock_doors
-- The secrets and settings of every door, locked.
SELECT instance_id, adapter, name, secret, settings
FROM channel_instance
ORDER BY instance_id
FOR UPDATE;

-- name: store_door
-- Door $1 has the secret $2 and the settings $3.
UPDATE channel_instance
SET secret = $2, settings = $3
WHERE instance_id = $1;

-- name: lock_webhooks
-- The secret of every webhook, locked.
SELECT webhook_id, name, secret
FROM webhook
ORDER BY webhook_id
FOR UPDATE;

-- name: store_webhook
-- Webhook $1 has the secret $2.
UPDATE webhook
SET secret = $2
WHERE webhook_id = $1;

-- name: lock_old_secrets
-- The secrets of webhooks that were replaced, locked.
SELECT o.webhook_id, w.name, o.secret
FROM webhook_old_secret o
INNER JOIN webhook w ON w.webhook_id = o.webhook_id
ORDER BY o.webhook_id, o.secret
FOR UPDATE OF o;

-- name: store_old_secret
-- The secret of before $2 of webhook $1 is stored as $3.
UPDATE webhook_old_secret
SET secret = $3
WHERE webhook_id = $1 AND secret = $2;

-- name: lock_mail_key
-- The key of mail tokens, locked.
SELECT key
FROM mail_key
FOR UPDATE;

-- name: store_mail_key
-- The key of mail tokens is stored as $1.
UPDATE mail_key
SET key = $1;
