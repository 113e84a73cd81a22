-- name: find_receipts
-- The answers given to the events with the digests $1.
SELECT
    i.interaction_id, coalesce(r.survivor_id, r.customer_id) AS customer_id, i.conversation_id,
    coalesce(r.survivor_version, r.version) AS version, r.digest
FROM unnest($1::uuid[]) AS wanted (digest)
JOIN receipt r ON r.digest = wanted.digest
CROSS JOIN LATERAL (
    SELECT i.interaction_id, i.conversation_id
    FROM interaction i
    WHERE i.customer_id = r.customer_id AND i.version / 32 = r.version / 32 AND i.version = r.version
    UNION ALL
    SELECT e.interaction_id, e.conversation_id FROM expired_receipt e WHERE e.digest = r.digest
    LIMIT 1
) AS i;
