-- name: use_token
-- The digest of the content that token $2 of instance $1 first came with: $3 at $4 if it is new.
INSERT INTO channel_token (instance_id, token, content, seen_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (instance_id, token) DO UPDATE SET content = channel_token.content
RETURNING content;
