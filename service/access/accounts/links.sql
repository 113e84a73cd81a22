-- name: create_link
-- Stores a link by the hash $1, for account $2; $3 whether the agent then sets a password, $4 now, $5 its end.
INSERT INTO sign_in_link (token_hash, account_id, asks_password, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5);

-- name: use_link
-- Uses up the link of the hash $1 at $2; no row if it was used or is over.
UPDATE sign_in_link
SET used_at = $2
WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
RETURNING account_id, asks_password;
