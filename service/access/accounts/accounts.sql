-- name: create_account
-- Stores an account. $1 id, $2 name, $3 the name as it is compared, $4 role, $5 queues, $6 issuer and $7 subject of the OpenID
-- provider or null, $8 space, $9 now.
INSERT INTO agent_account (
    account_id, name, name_key, role, queues, oidc_issuer, oidc_subject, space_id, created_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: list_accounts
-- Every account there ever was, by name.
SELECT
    account_id, name, role, queues, password_hash IS NOT NULL AS has_password, oidc_subject, created_at, disabled_at
FROM agent_account
ORDER BY name_key;

-- name: lock_account
-- The account of the name $1, as it is compared, locked until the transaction ends.
SELECT
    account_id, name, role, queues, password_hash IS NOT NULL AS has_password, oidc_subject, created_at, disabled_at
FROM agent_account
WHERE name_key = $1
FOR UPDATE;

-- name: change_account
-- Gives account $1 the role $2 and the queues $3.
UPDATE agent_account
SET role = $2, queues = $3
WHERE account_id = $1;

-- name: disable_account
-- Disables account $1 at $2, unless it is disabled already.
UPDATE agent_account
SET disabled_at = coalesce(disabled_at, $2)
WHERE account_id = $1;

-- name: enable_account
-- Enables account $1.
UPDATE agent_account
SET disabled_at = NULL
WHERE account_id = $1;

-- name: end_sessions
-- Ends the sessions of account $1, but that of the hash $2 (null: none).
DELETE FROM agent_session
WHERE account_id = $1 AND session_hash IS DISTINCT FROM $2;

-- name: end_links
-- Takes away the links of account $1 that are not used.
DELETE FROM sign_in_link
WHERE account_id = $1 AND used_at IS NULL;
