-- name: find_calls_at_desk
-- Inbound calls of customers that desks of the queues $1 hear of, at most $4, those that nobody has answered first, the oldest
-- first: calls of these queues, of no queue, or of one that is none of ours. Of those with an event after $2: calls that nobody
-- has answered, those with an event after $3, and those of which a leg rings.
SELECT
    l.call_ref, l.source, l.call_id, l.key_id, l.customer_id, l.direction, l.identities, l.queue, l.conversation, l.legs,
    l.data, l.started_at, l.deadline, l.closed_at, l.interaction_id, owner.customer_id AS owner_id,
    coalesce(owner.name, c.name) AS customer_name, q.title AS queue_title
FROM live_call l
JOIN customer c ON c.customer_id = l.customer_id AND NOT c.restricted
JOIN customer owner ON owner.customer_id = coalesce(c.merged_into, c.customer_id)
LEFT JOIN queue q ON q.name = l.queue
WHERE l.closed_at IS NULL AND l.direction = 'inbound' AND (q.name IS NULL OR q.name = ANY ($1::text []))
    AND l.phase IN ('ringing', 'answered') AND l.seen_at > $2
    AND (l.phase = 'ringing' OR l.seen_at > $3 OR jsonb_path_exists(l.legs, '$.* ? (!exists (@.phase))'))
ORDER BY l.phase, l.started_at, l.call_id
LIMIT $4;

-- name: find_calls_of_customer
-- Calls with customer $1, or one merged into them, that ring or go on, the newest first.
SELECT
    l.call_ref, l.source, l.call_id, l.key_id, l.customer_id, l.direction, l.identities, l.queue, l.conversation, l.legs,
    l.data, l.started_at, l.deadline, l.closed_at, l.interaction_id, owner.customer_id AS owner_id,
    coalesce(owner.name, m.name) AS customer_name, q.title AS queue_title
FROM customer owner
JOIN customer m ON m.customer_id = owner.customer_id OR m.merged_into = owner.customer_id
JOIN live_call l ON l.customer_id = m.customer_id
LEFT JOIN queue q ON q.name = l.queue
WHERE owner.customer_id = $1 AND l.closed_at IS NULL AND l.phase IN ('ringing', 'answered')
ORDER BY l.started_at DESC, l.call_id;

-- name: find_sharers
-- Customers of whom identities of kinds $1 and values $2 were stated together with identities of others, each with the
-- identity; those that a person found to be different people are among them too.
SELECT DISTINCT s.kind::text AS kind, s.value, o.customer_id, o.name
FROM unnest($1::identity_kind [], $2::text []) AS asked (kind, value)
JOIN merge_suggestion s ON s.kind = asked.kind AND s.value = asked.value
CROSS JOIN LATERAL (VALUES (s.customer_id), (s.other_customer_id)) AS stated (customer_id)
JOIN customer c ON c.customer_id = stated.customer_id AND NOT c.restricted
JOIN customer o ON o.customer_id = coalesce(c.merged_into, c.customer_id)
ORDER BY o.name NULLS LAST, o.customer_id;
