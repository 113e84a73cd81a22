-- name: take_portion
-- Take $5 more units of what key $1 may be answered of $2 in the period $3 that began at $4; gives how many were taken in it
-- so far. No row if a later period has begun.
INSERT INTO look_up_budget AS budget (key_id, counted, period, starts_at, taken)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (key_id, counted, period) DO UPDATE SET
    starts_at = excluded.starts_at,
    taken = excluded.taken + CASE WHEN budget.starts_at = excluded.starts_at THEN budget.taken ELSE 0 END
WHERE budget.starts_at <= excluded.starts_at
RETURNING taken;
