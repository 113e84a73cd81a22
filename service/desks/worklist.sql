-- name: find_handoffs_at_hand
-- Open handoffs for agent $1 of the queues $2, at most $4, the highest priority first, the oldest first among equals: those
-- that are offered to the agent or to any agent of these queues, those that the agent has, and those of these queues that
-- another agent has taken after $3.
SELECT
    h.handoff_id, coalesce(c.merged_into, c.customer_id) AS customer_id, coalesce(s.name, c.name) AS customer_name,
    v.subject, v.channels[cardinality(v.channels)] AS channel, v.last_at, h.state, h.queue, h.given_by ->> 'role' AS giver_role,
    coalesce(h.given_by ->> 'agent', h.given_by ->> 'name') AS giver, coalesce(h.reason_text, h.reason_code) AS reason,
    (h.offers -> -1 ->> 'offered_at')::timestamptz AS offered_at, (h.offers -> -1 ->> 'ended_at')::timestamptz AS taken_at,
    h.deadline, h.taken_by, tried.attempts, tried.failed
FROM handoff h
JOIN customer c ON c.customer_id = h.customer_id
LEFT JOIN customer s ON s.customer_id = c.merged_into
LEFT JOIN conversation v ON v.customer_id = h.customer_id AND v.conversation_id = h.conversation_id
CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, count(*) FILTER (WHERE a.outcome = 'failed') AS failed
    FROM attempt a
    WHERE a.customer_id = h.customer_id AND a.conversation_id = h.conversation_id
) AS tried
WHERE h.state IN ('offered', 'accepted', 'active') AND NOT c.restricted AND CASE
    WHEN h.state = 'offered' THEN coalesce(h.offers -> -1 -> 'to' ->> 'agent', CASE WHEN h.queue = ANY($2) THEN $1 END) = $1
    WHEN h.taken_by = $1 THEN true
    ELSE h.queue = ANY($2) AND (h.offers -> -1 ->> 'ended_at')::timestamptz > $3
END
ORDER BY h.priority DESC, h.handoff_id
LIMIT $4;

-- name: count_waiting
-- How many handoffs are offered to each of the queues $1, and since when the first of them waits.
SELECT queue, count(*) AS waiting, min(created_at) AS waiting_since
FROM handoff
WHERE state = 'offered' AND queue = ANY($1::text [])
GROUP BY queue
ORDER BY queue;

-- name: find_callbacks_at_hand
-- Open callbacks of the queues $1, at most $2, the next to be called first, each with whether a call of its customer rings; of a
-- restricted customer without name and reason.
SELECT
    b.callback_id, b.queue, coalesce(c.merged_into, c.customer_id) AS customer_id, c.restricted,
    CASE WHEN NOT c.restricted THEN coalesce(s.name, c.name) END AS customer_name,
    CASE WHEN c.restricted THEN '' ELSE b.reason END AS reason, b.state, b.promised_from, b.promised_to, b.due_at, b.kept, jsonb_array_length(b.attempts) AS attempts, b.max_attempts,
    b.attempts -> -1 ->> 'outcome' AS last_outcome, CASE WHEN NOT c.restricted THEN b.preferred_agent END AS preferred_agent, b.claimed_by, EXISTS (
        SELECT FROM customer m
        JOIN live_call l ON l.customer_id = m.customer_id AND l.closed_at IS NULL AND l.phase = 'ringing'
        WHERE (m.customer_id = coalesce(c.merged_into, c.customer_id) OR m.merged_into = coalesce(c.merged_into, c.customer_id))
            AND l.direction = 'inbound'
    ) AS is_calling
FROM callback b
JOIN customer c ON c.customer_id = b.customer_id
LEFT JOIN customer s ON s.customer_id = c.merged_into
WHERE b.state IN ('scheduled', 'due', 'claimed', 'missed') AND b.queue = ANY($1::text [])
ORDER BY b.due_at, b.callback_id
LIMIT $2;
