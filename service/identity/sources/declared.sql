-- name: put_source
-- Source $1 has the title $2, the trust $3 and the webhook $4 as of $5; gives whether it is new.
INSERT INTO source (source, title, trust, webhook, changed_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (source) DO UPDATE SET
    title = excluded.title, trust = excluded.trust, webhook = excluded.webhook, changed_at = excluded.changed_at
RETURNING xmax = 0 AS is_new;

-- name: read_sources
-- The sources $1, of all if it is null, in the order of their names; $2 at most, after source $3 (from the first if it is null).
SELECT source, title, trust, webhook, changed_at
FROM source
WHERE ($1::text[] IS NULL OR source = ANY ($1)) AND ($3::text IS NULL OR source > $3)
ORDER BY source
LIMIT $2;

-- name: webhook_exists
-- Whether there is a webhook named $1.
SELECT EXISTS (SELECT FROM webhook WHERE name = $1);
