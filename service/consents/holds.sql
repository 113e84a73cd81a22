-- name: active_holds
-- The holds of customers $1 and of all in their merge sets that are in force at $2, by customer and name.
SELECT DISTINCT h.customer_id, h.name, h.reason, h.until, h.set_at, h.set_by
FROM customer asked
JOIN customer m ON m.customer_id = coalesce(asked.merged_into, asked.customer_id)
    OR m.merged_into = coalesce(asked.merged_into, asked.customer_id)
JOIN hold h ON h.customer_id = m.customer_id
WHERE asked.customer_id = ANY ($1::uuid[]) AND (h.until IS NULL OR h.until > $2)
ORDER BY h.customer_id, h.name;

-- name: set_hold
-- Customer $1 has the hold $2 with the reason $3 until $4, set at $5 by key $6 with the name $7.
INSERT INTO hold (customer_id, name, reason, until, set_at, key_id, set_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (customer_id, name) DO UPDATE SET
    reason = excluded.reason, until = excluded.until, set_at = excluded.set_at, key_id = excluded.key_id,
    set_by = excluded.set_by;

-- name: release_hold
-- The hold $2 of the merge set of customer $1 is gone; gives each customer that had it.
DELETE FROM hold
WHERE name = $2 AND customer_id = ANY (ARRAY(SELECT merge_set($1)))
RETURNING customer_id;
