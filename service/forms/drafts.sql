-- name: find_known
-- Those of the names $2 that are known facts of the merge set of canonical customer $1.
SELECT DISTINCT name
FROM fact
WHERE
    name = ANY ($2::text[])
    AND (customer_id = $1 OR customer_id IN (SELECT m.customer_id FROM customer m WHERE m.merged_into = $1));

-- name: remove_conversation_facts
-- Conversation $1 has the facts named $2 no longer.
UPDATE conversation
SET facts = facts - $2::text[]
WHERE conversation_id = $1 AND facts ?| $2;
