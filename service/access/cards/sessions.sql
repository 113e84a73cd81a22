-- name: open_card
-- Opens the card of the hash $2 by the token of the hash $1: for the agent of account $3, of customer $4, from $5 until $6. No
-- row if the token opened one before.
INSERT INTO opened_card (token_hash, session_hash, account_id, customer_id, opened_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (token_hash) DO NOTHING
RETURNING account_id;

-- name: find_card
-- The card of the hash $1 in force at $2, with its agent as they are now.
SELECT s.account_id, a.name, a.role, a.queues, a.language, a.space_id, s.opened_at, s.ends_at, s.customer_id
FROM opened_card s
JOIN agent_account a USING (account_id)
WHERE s.session_hash = $1 AND s.ends_at > $2 AND a.disabled_at IS NULL;

-- name: end_card
-- The card of the hash $1 ends at $2. Its row stays, so that its token opens no other.
UPDATE opened_card
SET ends_at = least(ends_at, $2)
WHERE session_hash = $1;
