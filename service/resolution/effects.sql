-- name: read_parts
-- The members of the merge set of customer $1 in two parts, those that stay and those that leave it if customer $2, which is merged
-- into it, stands for itself again: survivors first. No row if it is not merged into it.
WITH RECURSIVE leaving AS (
    SELECT customer_id FROM customer WHERE customer_id = $2 AND merged_into = $1
    UNION ALL
    SELECT c.customer_id FROM leaving l JOIN customer c ON c.merge_parent = l.customer_id
)
SELECT array_agg(m.customer_id ORDER BY m.customer_id <> $1, m.customer_id)
        FILTER (WHERE m.customer_id NOT IN (SELECT customer_id FROM leaving)) AS staying,
    array_agg(m.customer_id ORDER BY m.customer_id <> $2, m.customer_id)
        FILTER (WHERE m.customer_id IN (SELECT customer_id FROM leaving)) AS leaving
FROM customer m
WHERE m.customer_id = $1 OR m.merged_into = $1
HAVING EXISTS (SELECT FROM leaving);

-- name: read_handoffs
-- At most 200 open handoffs of the customers $1, each of the side $2 at the same place, the oldest first.
SELECT h.handoff_id AS id, member.side AS customer_id, h.queue, h.state
FROM unnest($1::uuid[], $2::uuid[]) AS member (customer_id, side)
JOIN handoff h ON h.customer_id = member.customer_id
WHERE h.ended_at IS NULL
ORDER BY h.handoff_id
LIMIT 200;

-- name: read_callbacks
-- At most 200 open callbacks of the customers $1, each of the side $2 at the same place, the oldest first.
SELECT b.callback_id AS id, member.side AS customer_id, b.queue, b.state
FROM unnest($1::uuid[], $2::uuid[]) AS member (customer_id, side)
JOIN callback b ON b.customer_id = member.customer_id
WHERE b.ended_at IS NULL
ORDER BY b.callback_id
LIMIT 200;

-- name: read_conditions
-- At most 200 conditions in force at $3 of the customers $1, each of the side $2 at the same place, the oldest first.
SELECT c.condition_id AS id, member.side AS customer_id, c.title, c.kind, c.valid_until
FROM unnest($1::uuid[], $2::uuid[]) AS member (customer_id, side)
JOIN condition c ON c.customer_id = member.customer_id
WHERE c.revoked_at IS NULL AND c.valid_from <= $3 AND (c.valid_until IS NULL OR c.valid_until > $3)
ORDER BY c.condition_id
LIMIT 200;
