-- name: read_till_customer_record
-- JSON in the shape of CustomerAtTill: the canonical customer of identity ($1 kind, $2 value) or of id $3, with its conditions
-- in force at $4 that stores may see and that hold at a till of store $5 (null: of every store), highest priority first, each
-- with how often it was used in the day from $6, the month from $7, the year from $8 or ever.
SELECT json_build_object('customer_id', owner.customer_id, 'version', owner.version, 'name', coalesce(owner.name, (
    SELECT m.name FROM customer m
    WHERE m.merged_into = owner.customer_id AND m.name IS NOT NULL ORDER BY m.customer_id LIMIT 1
)), 'held', (
    SELECT coalesce(json_agg(held), '[]')
    FROM (
        SELECT
            c.condition_id AS id, c.customer_id, c.title, c.kind, c.terms, c.scope, c.valid_from, c.valid_until,
            c.priority, c.stacking, c.audiences, c.contract, c.max_uses, c.max_uses_per, c.created_at, c.revoked_at,
            CASE WHEN c.max_uses IS NULL THEN 0 ELSE (
                SELECT count(*)
                FROM redemption r
                WHERE
                    r.customer_id = c.customer_id AND r.condition_id = c.condition_id AND r.voided_at IS NULL
                    AND r.redeemed_at >= CASE c.max_uses_per
                        WHEN 'day' THEN $6
                        WHEN 'month' THEN $7
                        WHEN 'year' THEN $8
                        ELSE '-infinity'::timestamptz
                    END
            ) END AS used
        FROM condition c
        WHERE
            c.customer_id = ANY (ARRAY(
                SELECT owner.customer_id
                UNION ALL
                SELECT m.customer_id FROM customer m WHERE m.merged_into = owner.customer_id
            ))
            AND c.valid_from <= $4 AND (c.valid_until > $4 OR c.valid_until IS NULL)
            AND (c.revoked_at > $4 OR c.revoked_at IS NULL)
            AND 'store' = ANY (c.audiences)
            AND ($5::text IS NULL OR c.scope -> 'stores' = '[]' OR c.scope -> 'stores' ? $5)
            AND (c.scope -> 'channels' = '[]' OR c.scope -> 'channels' ? 'store')
        ORDER BY c.priority DESC, c.condition_id
    ) AS held
))
FROM customer named
JOIN customer owner ON owner.customer_id = coalesce(named.merged_into, named.customer_id)
WHERE named.customer_id = coalesce($3::uuid, (SELECT i.customer_id FROM identity i WHERE i.kind = $1 AND i.value = $2));
