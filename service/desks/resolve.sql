-- name: find_pending
-- What waits for the conversation $1, the oldest first: its open handoff, and its callbacks that are open or need a number.
SELECT h.handoff_id, NULL::uuid AS callback_id
FROM conversation c
JOIN handoff h ON h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id
WHERE c.conversation_id = $1 AND h.ended_at IS NULL
UNION ALL
SELECT NULL, b.callback_id
FROM conversation c
JOIN callback b ON b.customer_id = c.customer_id AND b.conversation_id = c.conversation_id
WHERE c.conversation_id = $1 AND (b.ended_at IS NULL OR b.state = 'uncallable')
ORDER BY handoff_id, callback_id;
