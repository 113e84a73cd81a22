-- name: add_pause
-- Let key $1 have a row, without wrong confirmations at $2.
INSERT INTO confirmation_pause (key_id, wrong, tried_at, ends_at)
VALUES ($1, 0, $2, $2)
ON CONFLICT DO NOTHING;

-- name: lock_pause
-- The pause of key $1, locked until the transaction ends.
SELECT wrong, tried_at, ends_at
FROM confirmation_pause
WHERE key_id = $1
FOR UPDATE;

-- name: change_pause
-- Key $1 has $2 wrong confirmations after its try at $3, and waits until $4.
UPDATE confirmation_pause
SET wrong = $2, tried_at = $3, ends_at = $4
WHERE key_id = $1;

-- name: forgive_try
-- The last try of key $1 was right: it counts no longer, and nothing is waited for after $2.
UPDATE confirmation_pause
SET wrong = greatest(wrong - 1, 0), ends_at = least(ends_at, $2)
WHERE key_id = $1;
