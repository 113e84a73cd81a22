-- name: last_inbound_channel
-- The channel on which customer $1 last turned to us in conversation $2, among their 1000 newest interactions.
SELECT newest.channel
FROM (
    SELECT i.channel, i.direction, i.conversation_id, i.occurred_at, i.interaction_id
    FROM interaction i
    WHERE i.customer_id = $1
    ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
    LIMIT 1000
) AS newest
WHERE newest.direction = 'inbound' AND newest.conversation_id = $2
ORDER BY newest.occurred_at DESC, newest.interaction_id DESC
LIMIT 1;
