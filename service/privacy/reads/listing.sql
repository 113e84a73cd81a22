-- name: list_reads
-- The looks at customer $1 and all in its merge set, the newest first, at most $5: those before the look of time $2, key $3 and
-- view $4. Each with the key's or agent's name and role, and the reason that was in force.
WITH member AS MATERIALIZED (
    SELECT m.customer_id
    FROM customer asked
    JOIN customer m ON m.customer_id = coalesce(asked.merged_into, asked.customer_id)
        OR m.merged_into = coalesce(asked.merged_into, asked.customer_id)
    WHERE asked.customer_id = $1
),
look AS MATERIALIZED (  -- by the index over customers alone: by time, most rows are about others
    SELECT read_at, key_id, view, customer_ids
    FROM read_audit
    WHERE customer_ids && ARRAY(SELECT member.customer_id FROM member)
)
SELECT a.read_at AS at, coalesce(k.name, g.name, 'askonce') AS by, a.key_id AS by_id,
    coalesce(k.role::text, g.role::text) AS role, g.account_id IS NOT NULL AS is_agent, a.view, ARRAY(
        SELECT member.customer_id FROM member WHERE member.customer_id = ANY (a.customer_ids) ORDER BY member.customer_id
    ) AS customer_ids, why.choice, why.note
FROM (
    SELECT read_at, key_id, view, customer_ids
    FROM look
    WHERE (read_at, key_id, view) < ($2, $3, $4)
    ORDER BY read_at DESC, key_id DESC, view DESC
    LIMIT $5
) AS a
LEFT JOIN api_key k ON k.key_id = a.key_id
LEFT JOIN agent_account g ON g.account_id = a.key_id
LEFT JOIN LATERAL (
    SELECT r.choice, r.note
    FROM member
    JOIN read_reason r ON r.customer_id = member.customer_id
    WHERE r.key_id = a.key_id AND r.given_at <= a.read_at AND r.until > a.read_at
    ORDER BY r.given_at DESC
    LIMIT 1
) AS why ON true
ORDER BY a.read_at DESC, a.key_id DESC, a.view DESC;
