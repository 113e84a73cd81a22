-- name: read_conversation
-- Conversation $1 under the canonical id of its customer.
SELECT c.conversation_id AS id, coalesce(owner.merged_into, owner.customer_id) AS customer_id, c.source, c.ref,
    c.subject, c.status, c.channels, c.opened_at, c.last_at, c.resolved_at, c.interactions
FROM conversation c
JOIN customer owner ON owner.customer_id = c.customer_id
WHERE c.conversation_id = $1;

-- name: find_conversation_owner
-- The customer whose row conversation $1 is.
SELECT customer_id FROM conversation WHERE conversation_id = $1;

-- name: change_conversation
-- Conversation $1 changes in the fields $2: status $3, subject $4 with key $5; $6 is when.
UPDATE conversation SET
    status = CASE WHEN 'status' = ANY ($2::text[]) THEN $3 ELSE status END,
    resolved_at = CASE
        WHEN NOT 'status' = ANY ($2::text[]) THEN resolved_at
        WHEN $3 = 'resolved' THEN coalesce(resolved_at, $6)
    END,
    subject = CASE WHEN 'subject' = ANY ($2::text[]) THEN $4 ELSE subject END,
    subject_key = CASE WHEN 'subject' = ANY ($2::text[]) THEN $5 ELSE subject_key END
WHERE conversation_id = $1;
