-- Secrets: tokens that vendors sign once, and the secrets of webhooks that are being replaced.

-- A token that a vendor signed for one delivery, and the content that it came with, both as SHA-256. It is kept longer
-- than the vendor's time is accepted; then the signature is too old.
CREATE TABLE channel_token (
    instance_id uuid NOT NULL REFERENCES channel_instance (instance_id) ON DELETE CASCADE,
    token bytea NOT NULL,
    content bytea NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (instance_id, token)
);
CREATE INDEX channel_token_seen ON channel_token (seen_at);

-- Secrets of webhooks that were replaced: they sign beside the new one until then, so that a receiver can change over in
-- its own time.
CREATE TABLE webhook_old_secret (
    webhook_id uuid NOT NULL REFERENCES webhook (webhook_id) ON DELETE CASCADE,
    secret text NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (webhook_id, secret)
);
CREATE INDEX webhook_old_secret_until ON webhook_old_secret (until);

-- What is kept since before secrets were written over.
UPDATE channel_payload p
SET
    rest = replace(p.rest, i.secret, repeat('x', length(i.secret))),
    query_string = replace(p.query_string, i.secret, repeat('x', length(i.secret))),
    headers = replace(p.headers::text, i.secret, repeat('x', length(i.secret)))::jsonb
FROM channel_instance i
WHERE
    i.instance_id = p.instance_id AND i.secret ~ '^[A-Za-z0-9_.~-]{6,}$'
    AND strpos(p.rest || ' ' || p.query_string || ' ' || p.headers::text, i.secret) > 0;
