-- name: create_ticket
-- Stores a ticket of the hash $1 for key $2 until $3.
INSERT INTO event_ticket (ticket_hash, key_id, expires_at)
VALUES ($1, $2, $3);

-- name: redeem_ticket
-- Uses up the ticket of the hash $1, and gives its key if both are in force at $2.
WITH used AS (
    DELETE FROM event_ticket
    WHERE ticket_hash = $1
    RETURNING key_id, expires_at AS ticket_expires_at
)
SELECT k.key_id, k.role, k.name, k.queue, k.store, k.space_id
FROM used u
JOIN api_key k USING (key_id)
WHERE u.ticket_expires_at > $2 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2);
