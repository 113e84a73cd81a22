-- name: is_served
-- Whether customer $1, or one of its merge set, is being served: a call rings or goes on, a handoff or a callback is open. With an
-- agent $2 those of the queues $3 count that may be the agent's: what is offered to the agent or has been taken, calls of
-- these queues or of none.
WITH member AS MATERIALIZED (
    SELECT ARRAY(SELECT merge_set(coalesce(asked.merged_into, asked.customer_id))) AS ids
    FROM customer asked
    WHERE asked.customer_id = $1
)
SELECT EXISTS (
    SELECT FROM live_call l
    WHERE l.customer_id = ANY ((SELECT ids FROM member)::uuid[]) AND l.closed_at IS NULL
        AND ($2::text IS NULL OR l.queue IS NULL OR l.queue = ANY ($3::text[]))
) OR EXISTS (
    SELECT FROM handoff h
    WHERE h.customer_id = ANY ((SELECT ids FROM member)::uuid[]) AND h.ended_at IS NULL AND ($2 IS NULL OR h.taken_by = $2
        OR (h.state = 'offered'
            AND coalesce(h.offers -> -1 -> 'to' ->> 'agent', CASE WHEN h.queue = ANY ($3) THEN $2 END) = $2))
) OR EXISTS (
    SELECT FROM callback b
    WHERE b.customer_id = ANY ((SELECT ids FROM member)::uuid[]) AND b.ended_at IS NULL
        AND ($2 IS NULL OR b.queue = ANY ($3) OR b.claimed_by = $2 OR b.preferred_agent = $2)
);

-- name: has_reason
-- Whether key $2 said why it opens customer $1, or one of its merge set, and that is good at $3.
SELECT EXISTS (
    SELECT
    FROM customer asked
    JOIN customer m ON m.customer_id = coalesce(asked.merged_into, asked.customer_id)
        OR m.merged_into = coalesce(asked.merged_into, asked.customer_id)
    JOIN read_reason r ON r.customer_id = m.customer_id
    WHERE asked.customer_id = $1 AND r.key_id = $2 AND r.given_at <= $3 AND r.until > $3
);

-- name: give_reason
-- Key $2 opens customer $1 from $3 to $4 for the reason $5 with the words $6.
INSERT INTO read_reason (customer_id, key_id, given_at, until, choice, note)
SELECT customer_id, $2, $3, $4, $5, $6 FROM customer WHERE customer_id = $1
ON CONFLICT (customer_id, key_id, given_at) DO UPDATE SET
    until = excluded.until, choice = excluded.choice, note = excluded.note;
