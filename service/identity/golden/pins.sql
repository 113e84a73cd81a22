-- name: set_pin
-- Field $2 of customer $1 is pinned to $3 (JSON, as text) with note $4 by key $5 at $6.
INSERT INTO golden_pin (customer_id, field, value, note, key_id, pinned_at)
VALUES ($1, $2, $3::jsonb, $4, $5, $6)
ON CONFLICT (customer_id, field) DO UPDATE SET
    value = excluded.value, note = excluded.note, key_id = excluded.key_id, pinned_at = excluded.pinned_at;

-- name: delete_pins
-- Field $2 of customer $3 is pinned no longer; if it is not pinned, that of its survivor $1 and of those merged into that one.
DELETE FROM golden_pin
WHERE field = $2 AND customer_id = ANY (ARRAY(
    SELECT $3::uuid
    UNION ALL
    SELECT c.customer_id
    FROM customer c
    WHERE (c.customer_id = $1 OR c.merged_into = $1)
        AND NOT EXISTS (SELECT FROM golden_pin own WHERE own.customer_id = $3 AND own.field = $2)
));
