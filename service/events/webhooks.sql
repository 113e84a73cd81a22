-- name: upsert_webhook
-- Webhook $2 is now: URL $3, types $4, audience $5, queue $6; it is enabled. If it is new: id $1, secret $7, created $8.
INSERT INTO webhook (webhook_id, name, url, types, audience, queue, secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (name) DO UPDATE SET
    url = excluded.url, types = excluded.types, audience = excluded.audience, queue = excluded.queue, disabled_at = NULL
RETURNING xmax = 0;

-- name: list_webhooks
-- At most $2 webhooks after name $1, in the order of their names, with their deliveries that wait, that failed so far and
-- that were given up; with $3 only the one of this name.
SELECT
    w.name, w.url, w.types, w.audience AS role, w.queue, w.created_at, w.disabled_at, w.paused_at, w.delivered_at,
    d.pending, d.failing, d.dead
FROM webhook w
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE dead_at IS NULL) AS pending,
        count(*) FILTER (WHERE dead_at IS NULL AND failure IS NOT NULL) AS failing,
        count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead
    FROM webhook_delivery
    WHERE webhook_id = w.webhook_id
) d
WHERE ($1::text IS NULL OR w.name > $1) AND ($3::text IS NULL OR w.name = $3)
ORDER BY w.name
LIMIT $2;

-- name: find_webhook
-- The id of webhook $1, and whether it is disabled.
SELECT webhook_id, disabled_at IS NOT NULL AS disabled
FROM webhook
WHERE name = $1;

-- name: pause_webhook
-- Webhook $1 is paused since $2, unless it is already; with null it goes on.
UPDATE webhook
SET paused_at = CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE coalesce(paused_at, $2) END
WHERE name = $1;

-- name: delete_webhook
-- Forget webhook $1 and everything on its way there.
DELETE FROM webhook
WHERE name = $1;

-- name: lock_webhook
-- Webhook $1 until the end of the transaction.
SELECT webhook_id
FROM webhook
WHERE name = $1
FOR UPDATE;

-- name: replace_secret
-- Sign what goes to webhook $1 with secret $2 from now on, and until $3 with the secret of before, too.
WITH kept AS (
    INSERT INTO webhook_old_secret (webhook_id, secret, until)
    SELECT webhook_id, secret, $3
    FROM webhook
    WHERE webhook_id = $1
),
changed AS (
    UPDATE webhook SET secret = $2 WHERE webhook_id = $1
    RETURNING name, url, types, audience, queue
)
SELECT name, url, types, audience AS role, queue
FROM changed;
