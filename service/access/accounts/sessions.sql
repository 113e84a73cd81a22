-- name: find_sign_in
-- What a password is compared with: the account of the name $1, as it is compared, if it has one and is not disabled; and
-- whether its agent has signed in from the network of the hash $2.
SELECT
    a.account_id, a.password_hash,
    EXISTS (
        SELECT FROM agent_network n WHERE n.account_id = a.account_id AND n.network_hash = $2
    ) AS familiar
FROM agent_account a
WHERE a.name_key = $1 AND a.password_hash IS NOT NULL AND a.disabled_at IS NULL;

-- name: remember_network
-- The agent of account $1 signed in from the network of the hash $2 at $3.
INSERT INTO agent_network (account_id, network_hash, signed_in_at)
VALUES ($1, $2, $3)
ON CONFLICT (account_id, network_hash) DO UPDATE SET signed_in_at = excluded.signed_in_at;

-- name: open_session
-- Begins the session of the hash $1 for account $2; $3 whether its password is due, $4 now, $5 its end, $6 the password's
-- hash that was compared, or null. No row if the account is disabled, or has another password meanwhile.
INSERT INTO agent_session (session_hash, account_id, password_due, opened_at, seen_at, ends_at)
SELECT $1, account_id, $3, $4, $4, $5
FROM agent_account
WHERE account_id = $2 AND disabled_at IS NULL AND ($6::text IS NULL OR password_hash = $6)
RETURNING account_id;

-- name: find_session
-- The session of the hash $1 in force at $2, which was last seen after $3; it is seen now if that was before $4 (null: never).
-- A supervisor or admin without queues of their own has all of them.
WITH seen AS (
    UPDATE agent_session
    SET seen_at = $2
    WHERE session_hash = $1 AND ends_at > $2 AND seen_at > $3 AND seen_at < $4
)
SELECT
    s.account_id, a.name, a.role, a.language, a.space_id, s.password_due, s.opened_at, s.ends_at, declared.available,
    CASE
        WHEN a.queues = '{}' AND a.role IN ('supervisor', 'admin') THEN ARRAY(SELECT name FROM queue ORDER BY name)
        ELSE a.queues
    END AS queues
FROM agent_session s
JOIN agent_account a USING (account_id)
LEFT JOIN agent declared ON declared.name = a.name
WHERE s.session_hash = $1 AND s.ends_at > $2 AND s.seen_at > $3 AND a.disabled_at IS NULL;

-- name: has_session
-- Whether account $1 has a session in force at $2 that was last seen after $3.
SELECT EXISTS (
    SELECT FROM agent_session s
    JOIN agent_account a USING (account_id)
    WHERE s.account_id = $1 AND s.ends_at > $2 AND s.seen_at > $3 AND a.disabled_at IS NULL
);

-- name: end_session
-- Ends the session of the hash $1.
DELETE FROM agent_session
WHERE session_hash = $1;

-- name: set_password
-- Account $1 has the password of the hash $2 from now on.
UPDATE agent_account
SET password_hash = $2
WHERE account_id = $1;

-- name: password_is_set
-- The session of the hash $1 may do everything.
UPDATE agent_session
SET password_due = false
WHERE session_hash = $1;
