-- name: latest_handoffs
-- The handoff of each of conversations $1 that says who serves: the open one, else the latest. `agent` is the one who took it,
-- or who had it before a transfer. A conversation that was never handed off is left out.
SELECT c.conversation_id, latest.state, latest.mode, latest.transferred, latest.queue, latest.agent
FROM conversation c
CROSS JOIN LATERAL (
    SELECT h.state, h.mode, h.parent_id IS NOT NULL AS transferred, h.queue,
        coalesce(h.taken_by, h.given_by ->> 'agent') AS agent
    FROM handoff h
    WHERE h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id
    ORDER BY h.ended_at IS NULL DESC, h.handoff_id DESC
    LIMIT 1
) AS latest
WHERE c.conversation_id = ANY ((SELECT $1::uuid[])::uuid[]) AND c.handed_off;

-- name: is_conversation_of_queue
-- Whether queue $2 has a handoff or callback of conversation $1 that is open or ended after $3.
SELECT EXISTS (
    SELECT FROM conversation c
    JOIN handoff h ON h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id
    WHERE c.conversation_id = $1 AND h.queue = $2 AND (h.ended_at IS NULL OR h.ended_at > $3)
) OR EXISTS (
    SELECT FROM conversation c
    JOIN callback b ON b.customer_id = c.customer_id AND b.conversation_id = c.conversation_id
    WHERE c.conversation_id = $1 AND b.queue = $2 AND (b.ended_at IS NULL OR b.ended_at > $3)
);
