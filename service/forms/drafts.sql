-- name: find_known
-- Those of the names $2 that are known facts of the merge set of customer $1, and none that a person vouched for.
SELECT f.name
FROM customer asked
JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
JOIN fact f ON f.customer_id = m.customer_id
WHERE asked.customer_id = $1 AND f.name = ANY ($2::text[]) AND f.value <> 'null'
GROUP BY f.name
HAVING NOT bool_or(f.vouched);

-- name: remove_conversation_facts
-- Conversation $1 has the facts named $2 no longer.
UPDATE conversation
SET facts = facts - $2::text[]
WHERE conversation_id = $1 AND facts ?| $2;
