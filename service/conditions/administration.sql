-- name: list_held_conditions
-- Of all customers' conditions in the standing $1 (any if null) at $2, $4 of them, the newest first, before (older than) $3: each
-- as JSON in the shape of Condition, with its canonical holder and that one's name, its uses and how many of them are flagged.
SELECT to_json(shown)::text AS condition, holder.customer_id AS holder_id, holder.name AS holder, used.uses, used.flagged
FROM (
    SELECT
        condition_id AS id, customer_id, title, kind, terms, scope, valid_from, valid_until, priority, stacking, audiences,
        contract, max_uses, max_uses_per, created_at, revoked_at
    FROM condition
    WHERE
        ($3::uuid IS NULL OR condition_id < $3)
        AND CASE $1::text
            WHEN 'in_force' THEN revoked_at IS NULL AND valid_from <= $2 AND (valid_until IS NULL OR valid_until > $2)
            WHEN 'upcoming' THEN revoked_at IS NULL AND valid_from > $2
            WHEN 'ended' THEN revoked_at IS NOT NULL OR valid_until <= $2
            WHEN 'flagged' THEN EXISTS (
                SELECT FROM redemption r
                WHERE r.customer_id = condition.customer_id AND r.condition_id = condition.condition_id AND r.voided_at IS NULL
                    AND (r.late OR r.over_limit OR r.not_valid)
            )
            ELSE true
        END
    ORDER BY condition_id DESC
    LIMIT $4
) AS shown
JOIN customer named ON named.customer_id = shown.customer_id AND NOT named.restricted
JOIN customer holder ON holder.customer_id = coalesce(named.merged_into, named.customer_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS uses, count(*) FILTER (WHERE r.late OR r.over_limit OR r.not_valid) AS flagged
    FROM redemption r
    WHERE r.customer_id = shown.customer_id AND r.condition_id = shown.id AND r.voided_at IS NULL
) AS used
ORDER BY shown.id DESC;

-- name: read_last_change
-- When condition $2 of customer $1, or of its survivor $3, was last granted, changed or revoked, and the name of the key or account.
SELECT a.action, a.at, coalesce(k.name, g.name) AS by
FROM change_audit a
LEFT JOIN api_key k ON k.key_id = a.key_id
LEFT JOIN agent_account g ON g.account_id = a.key_id
WHERE
    a.customer_id IN ($1, $3) AND a.subject_id = $2
    AND a.action IN ('condition.created', 'condition.changed', 'condition.revoked')
ORDER BY a.at DESC, a.version DESC
LIMIT 1;
