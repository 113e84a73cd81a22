-- name: find_name
-- The name of the account of the subject $2 of the issuer $1.
SELECT name
FROM agent_account
WHERE oidc_issuer = $1 AND oidc_subject = $2;

-- name: use_pre_session
-- Uses up the pre-session of the hash $1 at $2; no row if it was used.
INSERT INTO used_pre_session (pre_session_hash, used_at)
VALUES ($1, $2)
ON CONFLICT DO NOTHING
RETURNING true;
