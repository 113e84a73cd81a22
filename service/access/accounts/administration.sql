-- name: list_activity
-- Every account, or that of the id $2, those in force first, by name; with the latest sign-in and sign of life on record, and
-- the end of a link that is not used and not over at $1.
SELECT
    a.account_id, a.name, a.role, a.queues, a.password_hash IS NOT NULL AS has_password, a.oidc_subject, a.created_at,
    a.disabled_at, greatest(s.opened_at, n.signed_in_at) AS signed_in_at, s.seen_at, l.link_until
FROM agent_account a
LEFT JOIN LATERAL (
    SELECT max(opened_at) AS opened_at, max(seen_at) AS seen_at FROM agent_session WHERE account_id = a.account_id
) s ON true
LEFT JOIN LATERAL (
    SELECT max(signed_in_at) AS signed_in_at FROM agent_network WHERE account_id = a.account_id
) n ON true
LEFT JOIN LATERAL (
    SELECT max(expires_at) AS link_until
    FROM sign_in_link
    WHERE account_id = a.account_id AND used_at IS NULL AND expires_at > $1
) l ON true
WHERE $2::uuid IS NULL OR a.account_id = $2
ORDER BY a.disabled_at IS NOT NULL, a.name_key;

-- name: lock_admins
-- The administrators in force, locked until the transaction ends.
SELECT account_id
FROM agent_account
WHERE role = 'admin' AND disabled_at IS NULL
ORDER BY account_id
FOR UPDATE;
