-- name: count_due
-- What of all customers is over its limit, which is $2 of conversations with what belongs to them, $3 of interactions in
-- conversations that go on, $4 of facts, $5 of former values, $6 of conditions and $7 of warnings: by category how much goes, the
-- oldest of it, and how much stays, since its customer is restricted or held at $1.
WITH held AS MATERIALIZED (
    SELECT c.customer_id
    FROM customer c
    WHERE (c.restricted OR EXISTS (SELECT FROM hold)) AND is_kept(c.customer_id, $1)
),
silent AS MATERIALIZED (
    SELECT v.customer_id, v.conversation_id, v.last_at, EXISTS (
            SELECT FROM handoff h
            WHERE h.customer_id = v.customer_id AND h.conversation_id = v.conversation_id
                AND (h.ended_at IS NULL OR h.ended_at >= $2)
        ) OR EXISTS (
            SELECT FROM callback b
            WHERE b.customer_id = v.customer_id AND b.conversation_id = v.conversation_id
                AND (b.ended_at IS NULL OR b.ended_at >= $2)
        ) AS is_open
    FROM conversation v
    WHERE v.opened_at < $2 AND v.last_at < $2
),
due AS (
    SELECT 'conversations' AS category, customer_id, last_at AS at FROM silent WHERE NOT is_open
    UNION ALL
    SELECT 'interactions', i.customer_id, i.occurred_at
    FROM interaction i
    LEFT JOIN silent ON silent.customer_id = i.customer_id AND silent.conversation_id = i.conversation_id
    WHERE ten_minutes_of(i.occurred_at) < $2
        AND (NOT silent.is_open OR (silent.customer_id IS NULL AND ten_minutes_of(i.occurred_at) < ten_minutes_of($3)))
    UNION ALL
    SELECT 'handoffs', h.customer_id, h.ended_at
    FROM silent
    JOIN handoff h ON h.customer_id = silent.customer_id AND h.conversation_id = silent.conversation_id
    WHERE NOT silent.is_open
    UNION ALL
    SELECT 'callbacks', b.customer_id, b.ended_at
    FROM callback b
    LEFT JOIN silent ON silent.customer_id = b.customer_id AND silent.conversation_id = b.conversation_id
    WHERE b.ended_at < $2 AND (b.conversation_id IS NULL OR NOT silent.is_open)
    UNION ALL
    SELECT 'journey_notes', n.customer_id, n.written_at FROM journey_note n WHERE n.written_at < $2
    UNION ALL
    SELECT 'journey_notes', b.customer_id, b.moved_at FROM journey_border b WHERE b.moved_at < $2
    UNION ALL
    SELECT 'facts', f.customer_id, f.at FROM fact f WHERE f.at < $4
    UNION ALL
    SELECT 'former_values', h.customer_id, h.at
    FROM fact_history h
    WHERE h.at < $5 AND coalesce(
        (
            SELECT f.at FROM fact f
            WHERE f.customer_id = h.customer_id AND f.name = h.name AND f.version = h.ended_version
        ),
        (
            SELECT min(n.at) FROM fact_history n
            WHERE n.customer_id = h.customer_id AND n.name = h.name AND n.version = h.ended_version
        ),
        h.at
    ) < $5
    UNION ALL
    SELECT 'former_values', v.customer_id, v.ended_at FROM customer_value v WHERE v.ended_at < $5
    UNION ALL
    SELECT 'conditions', t.customer_id, least(t.valid_until, t.revoked_at)
    FROM condition t
    WHERE least(t.valid_until, t.revoked_at) < $6
    UNION ALL
    SELECT 'profile', e.customer_id, e.risen_at FROM risk_episode e WHERE e.risen_at < $7
    UNION ALL
    SELECT 'profile', a.customer_id, a.acted_at FROM risk_action a WHERE a.risen_at < $7 AND a.acted_at < $7
    UNION ALL
    SELECT 'profile', o.customer_id, o.at FROM advice_outcome o WHERE o.at < $7
)
SELECT due.category, count(*) FILTER (WHERE held.customer_id IS NULL) AS records,
    min(due.at) FILTER (WHERE held.customer_id IS NULL) AS oldest, count(held.customer_id) AS held
FROM due
LEFT JOIN held ON held.customer_id = due.customer_id
GROUP BY due.category
ORDER BY due.category;
