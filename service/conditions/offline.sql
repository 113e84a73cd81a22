-- name: read_holders
-- A JSON array in the shape of Holder, at most $7, who was granted a condition last first: canonical customers with an
-- identity that can be said or shown, and their conditions in force at some time from $1 until before $2 that stores may
-- see and that hold in store $3, highest priority first, each with how often it was used in the day from $4, the month
-- from $5, the year from $6 or ever. Each row says how many holders there are: `of`.
WITH held AS MATERIALIZED (
    SELECT
        coalesce(m.merged_into, m.customer_id) AS owner_id,
        c.condition_id AS id, c.customer_id, c.title, c.kind, c.terms, c.scope, c.valid_from, c.valid_until,
        c.priority, c.stacking, c.audiences, c.contract, c.max_uses, c.max_uses_per, c.created_at, c.revoked_at
    FROM condition c
    JOIN customer m ON m.customer_id = c.customer_id
    WHERE
        c.valid_from < $2 AND (c.valid_until > $1 OR c.valid_until IS NULL)
        AND (c.revoked_at > $1 OR c.revoked_at IS NULL)
        AND 'store' = ANY (c.audiences)
        AND (c.scope -> 'stores' = '[]' OR c.scope -> 'stores' ? $3)
        AND (c.scope -> 'channels' = '[]' OR c.scope -> 'channels' ? 'store')
),
owners AS (
    SELECT owner_id, max(created_at) AS granted_at, count(*) OVER () AS of
    FROM held
    WHERE EXISTS (
        SELECT FROM customer m JOIN identity i ON i.customer_id = m.customer_id
        WHERE
            (m.customer_id = held.owner_id OR m.merged_into = held.owner_id)
            AND i.kind IN ('customer_number', 'loyalty_card', 'phone', 'email')
    )
    GROUP BY owner_id
    ORDER BY granted_at DESC, owner_id
    LIMIT $7
)
SELECT coalesce(json_agg(json_build_object(
    'customer_id', owner.customer_id, 'name', owner.name, 'of', owners.of,
    'identities', (
        SELECT json_agg(json_build_array(i.kind, i.value))
        FROM customer m JOIN identity i ON i.customer_id = m.customer_id
        WHERE
            (m.customer_id = owner.customer_id OR m.merged_into = owner.customer_id)
            AND i.kind IN ('customer_number', 'loyalty_card', 'phone', 'email')
    ),
    'held', (
        SELECT json_agg(counted ORDER BY counted.priority DESC, counted.id)
        FROM (
            SELECT
                held.*,
                CASE WHEN held.max_uses IS NULL THEN 0 ELSE (
                    SELECT count(*)
                    FROM redemption r
                    WHERE
                        r.customer_id = held.customer_id AND r.condition_id = held.id AND r.voided_at IS NULL
                        AND r.redeemed_at >= CASE held.max_uses_per
                            WHEN 'day' THEN $4
                            WHEN 'month' THEN $5
                            WHEN 'year' THEN $6
                            ELSE '-infinity'::timestamptz
                        END
                ) END AS used
            FROM held
            WHERE held.owner_id = owner.customer_id
        ) AS counted
    )
) ORDER BY owners.granted_at DESC, owners.owner_id), '[]')
FROM owners
JOIN customer owner ON owner.customer_id = owners.owner_id;
