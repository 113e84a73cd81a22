-- name: find_answered_contact
-- The newest contact since the promise of callback $1 in which the customer, or another one of the merge set, was answered:
-- an answered call to us, a message that an agent of ours answered, or a call that goes on. If $2 names an interaction, it is
-- that one, and may be a call of ours. Unless $3, contacts outside of the callback's conversation do not count.
WITH promise AS MATERIALIZED (
    SELECT b.created_at, b.conversation_id, coalesce(owner.merged_into, owner.customer_id) AS survivor_id
    FROM callback b
    JOIN customer owner ON owner.customer_id = b.customer_id
    WHERE b.callback_id = $1
)
SELECT found.at, found.agent, found.channel, found.interaction_id
FROM promise p
JOIN customer m ON m.customer_id = p.survivor_id OR m.merged_into = p.survivor_id
CROSS JOIN LATERAL (
    (
        SELECT i.occurred_at AS at, i.details -> 'participant' ->> 'name' AS agent, i.channel::text, i.interaction_id
        FROM interaction i
        WHERE i.customer_id = m.customer_id AND i.occurred_at >= p.created_at
            AND ten_minutes_of(i.occurred_at) >= ten_minutes_of(p.created_at)
            AND ($2::uuid IS NULL OR i.interaction_id = $2) AND ($3 OR i.conversation_id = p.conversation_id)
            AND CASE
                WHEN i.kind = 'call' THEN i.outcome = 'answered' AND (i.direction = 'inbound' OR $2 IS NOT NULL)
                ELSE i.direction = 'outbound' AND i.details -> 'participant' ->> 'role' = 'agent' AND EXISTS (
                    SELECT FROM interaction asked
                    WHERE asked.customer_id = m.customer_id AND asked.conversation_id = i.conversation_id
                        AND asked.direction = 'inbound' AND asked.occurred_at BETWEEN p.created_at AND i.occurred_at
                        AND ten_minutes_of(asked.occurred_at) BETWEEN ten_minutes_of(p.created_at) AND i.occurred_at
                )
            END
        ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC
        LIMIT 1
    )
    UNION ALL
    (
        SELECT l.started_at, jsonb_path_query_first(l.legs, '$.*.agent') #>> '{}', 'phone', NULL
        FROM live_call l
        WHERE l.customer_id = m.customer_id AND l.started_at >= p.created_at AND l.phase = 'answered'
            AND l.closed_at IS NULL AND $2 IS NULL AND $3
        ORDER BY l.started_at DESC
        LIMIT 1
    )
) AS found
ORDER BY found.at DESC
LIMIT 1;
