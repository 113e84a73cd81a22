-- name: find_holders
-- (customer_id, of): at most $4 canonical customers with a condition in force at some time from $1 until before $2 that
-- stores may see and that holds in store $3, who was granted one last first; `of` is how many there are.
SELECT coalesce(m.merged_into, m.customer_id) AS customer_id, count(*) OVER () AS of
FROM condition c
JOIN customer m ON m.customer_id = c.customer_id
WHERE
    NOT m.restricted AND c.valid_from < $2 AND (c.valid_until > $1 OR c.valid_until IS NULL)
    AND (c.revoked_at > $1 OR c.revoked_at IS NULL)
    AND 'store' = ANY (c.audiences)
    AND (c.scope -> 'stores' = '[]' OR c.scope -> 'stores' ? $3)
    AND (c.scope -> 'channels' = '[]' OR c.scope -> 'channels' ? 'store')
GROUP BY coalesce(m.merged_into, m.customer_id)
ORDER BY max(c.created_at) DESC, coalesce(m.merged_into, m.customer_id)
LIMIT $4;

-- name: read_holders
-- A JSON array in the shape of Holder: of canonical customers $7, in this order, those identities that can be said or
-- shown, and the conditions that find_holders speaks of (with its $1, $2, $3), highest priority first, each with how
-- often it was used in the day from $4, the month from $5, the year from $6 or ever.
SELECT coalesce(json_agg(json_build_object(
    'customer_id', owner.customer_id,
    'name', coalesce(owner.name, (
        SELECT m.name FROM customer m
        WHERE m.merged_into = owner.customer_id AND m.name IS NOT NULL ORDER BY m.customer_id LIMIT 1
    )),
    'identities', (
        SELECT coalesce(json_agg(json_build_array(i.kind, i.value)), '[]')
        FROM identity i
        WHERE
            i.customer_id = ANY (members.ids)
            AND i.kind IN ('customer_number', 'loyalty_card', 'phone', 'email')
    ),
    'held', (
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
                            WHEN 'day' THEN $4
                            WHEN 'month' THEN $5
                            WHEN 'year' THEN $6
                            ELSE '-infinity'::timestamptz
                        END
                ) END AS used
            FROM condition c
            WHERE
                c.customer_id = ANY (members.ids)
                AND c.valid_from < $2 AND (c.valid_until > $1 OR c.valid_until IS NULL)
                AND (c.revoked_at > $1 OR c.revoked_at IS NULL)
                AND 'store' = ANY (c.audiences)
                AND (c.scope -> 'stores' = '[]' OR c.scope -> 'stores' ? $3)
                AND (c.scope -> 'channels' = '[]' OR c.scope -> 'channels' ? 'store')
            ORDER BY c.priority DESC, c.condition_id
        ) AS held
    )
) ORDER BY wanted.place), '[]')
FROM unnest($7::uuid[]) WITH ORDINALITY AS wanted (customer_id, place)
JOIN customer owner ON owner.customer_id = wanted.customer_id
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT owner.customer_id
        UNION ALL
        SELECT m.customer_id FROM customer m WHERE m.merged_into = owner.customer_id
    ) AS ids
) AS members;
