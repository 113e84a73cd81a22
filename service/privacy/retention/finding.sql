-- name: claim_position
-- How far the run over all customers is and when the last one began, held until this transaction ends; no row while another
-- process holds it.
SELECT sweep, swept_at FROM retention_position
FOR UPDATE SKIP LOCKED;

-- name: wait_for_position
-- The same, as soon as no other process holds it.
SELECT sweep, swept_at FROM retention_position
FOR UPDATE;

-- name: begin_run
-- A run over all customers begins at $1, behind customer $2.
UPDATE retention_position SET sweep = $2, swept_at = $1;

-- name: move_position
-- The run has come to customer $1; null when it is over.
UPDATE retention_position SET sweep = $1;

-- name: find_due
-- The next $2 customers after customer $1, in the order of their ids: whether something of theirs is from before its limit, which
-- is $4 of conversations, $5 of interactions in conversations that go on, $6 of facts, $7 of former values, $8 of conditions and
-- $9 of warnings; never of those who are restricted, or whose merge set is held at $3.
SELECT c.customer_id, (
        EXISTS (SELECT FROM conversation v WHERE v.customer_id = c.customer_id AND v.last_at < $4)
        OR EXISTS (
            SELECT FROM interaction i
            WHERE i.customer_id = c.customer_id AND ten_minutes_of(i.occurred_at) < ten_minutes_of($5)
        )
        OR EXISTS (SELECT FROM callback b WHERE b.customer_id = c.customer_id AND b.ended_at < $4)
        OR EXISTS (SELECT FROM journey_note n WHERE n.customer_id = c.customer_id AND n.written_at < $4)
        OR EXISTS (SELECT FROM journey_border n WHERE n.customer_id = c.customer_id AND n.moved_at < $4)
        OR EXISTS (SELECT FROM fact f WHERE f.customer_id = c.customer_id AND f.at < $6)
        OR EXISTS (SELECT FROM fact_history f WHERE f.customer_id = c.customer_id AND f.at < $7)
        OR EXISTS (SELECT FROM customer_value v WHERE v.customer_id = c.customer_id AND v.ended_at < $7)
        OR EXISTS (
            SELECT FROM condition t
            WHERE t.customer_id = c.customer_id AND least(t.valid_until, t.revoked_at) < $8
        )
        OR EXISTS (SELECT FROM risk_episode e WHERE e.customer_id = c.customer_id AND e.risen_at < $9)
        OR EXISTS (SELECT FROM advice_outcome o WHERE o.customer_id = c.customer_id AND o.at < $9)
    ) AND NOT is_kept(c.customer_id, $3) AS is_due
FROM (
    SELECT customer_id FROM customer WHERE customer_id > $1 ORDER BY customer_id LIMIT $2
) AS c
ORDER BY c.customer_id;

-- name: list_conversations
-- At most $3 conversations of customers $1 in which nothing happened since $2 and nothing is open, in the order of their ids.
SELECT v.customer_id, v.conversation_id, v.opened_at, v.last_at
FROM conversation v
WHERE v.customer_id = ANY ($1::uuid[]) AND v.last_at < $2
    AND NOT EXISTS (
        SELECT FROM handoff h
        WHERE h.customer_id = v.customer_id AND h.conversation_id = v.conversation_id
            AND (h.ended_at IS NULL OR h.ended_at >= $2)
    )
    AND NOT EXISTS (
        SELECT FROM callback b
        WHERE b.customer_id = v.customer_id AND b.conversation_id = v.conversation_id
            AND (b.ended_at IS NULL OR b.ended_at >= $2)
    )
ORDER BY v.customer_id, v.conversation_id
LIMIT $3;

-- name: list_interactions
-- At most $5 interactions of the conversations ($1 customers, $2 ids, $3 first and $4 last times), in the order of these; of each
-- conversation the newest first, so that its beginning, by which it counts, goes last.
SELECT i.customer_id, i.conversation_id, i.occurred_at, i.interaction_id
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY
    AS going (customer_id, conversation_id, opened_at, last_at, place)
CROSS JOIN LATERAL (
    SELECT customer_id, conversation_id, occurred_at, interaction_id
    FROM interaction
    WHERE customer_id = going.customer_id AND conversation_id = going.conversation_id
        AND ten_minutes_of(occurred_at) BETWEEN ten_minutes_of(going.opened_at) AND ten_minutes_of(going.last_at)
    OFFSET 0
) AS i
ORDER BY going.place, i.occurred_at DESC, i.interaction_id DESC
LIMIT $5;

-- name: list_endless
-- At most $4 interactions of customers $1 from before $2, in conversations in which something happened since $3.
SELECT i.customer_id, i.conversation_id, i.occurred_at, i.interaction_id
FROM interaction i
JOIN conversation v ON v.customer_id = i.customer_id AND v.conversation_id = i.conversation_id
WHERE i.customer_id = ANY ($1::uuid[]) AND ten_minutes_of(i.occurred_at) < ten_minutes_of($2) AND v.last_at >= $3
ORDER BY i.customer_id, i.occurred_at, i.interaction_id
LIMIT $4;

-- name: list_free
-- Those of customers $1 of whom something may go at $2, in the order of their ids.
SELECT wanted.customer_id
FROM unnest($1::uuid[]) AS wanted (customer_id)
WHERE NOT is_kept(wanted.customer_id, $2)
ORDER BY wanted.customer_id;

-- name: list_attachments
-- The references of what was attached to interactions ($1 customers, $2 times, $3 ids).
SELECT DISTINCT attachment ->> 'reference' AS reference
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS going (customer_id, occurred_at, interaction_id)
JOIN interaction i ON i.customer_id = going.customer_id
    AND ten_minutes_of(i.occurred_at) = ten_minutes_of(going.occurred_at)
    AND i.occurred_at = going.occurred_at AND i.interaction_id = going.interaction_id
CROSS JOIN LATERAL jsonb_path_query(i.details, 'strict $.**.attachments[*]') AS attachment
WHERE jsonb_typeof(attachment -> 'reference') = 'string'
ORDER BY reference;

-- name: find_inactive
-- Of the next $2 customers after customer $1 at most $5, in the order of their ids, in whose merge set nothing has changed since $4
-- but by retention, nothing is open and no condition is in force; not those who are held or restricted at $3.
SELECT c.customer_id
FROM (
    SELECT customer_id, merged_into FROM customer WHERE customer_id > $1 ORDER BY customer_id LIMIT $2
) AS c
WHERE c.merged_into IS NULL AND NOT EXISTS (
        SELECT FROM customer m
        WHERE (m.customer_id = c.customer_id OR m.merged_into = c.customer_id) AND (
            m.last_registered_at >= $4 OR m.since >= $4
            OR EXISTS (
                SELECT FROM change_audit a
                WHERE a.customer_id = m.customer_id AND a.at >= $4 AND a.action <> 'records.expired'
            )
            OR EXISTS (SELECT FROM handoff h WHERE h.customer_id = m.customer_id AND h.ended_at IS NULL)
            OR EXISTS (SELECT FROM callback b WHERE b.customer_id = m.customer_id AND b.ended_at IS NULL)
            OR EXISTS (SELECT FROM redemption r WHERE r.customer_id = m.customer_id AND r.redeemed_at >= $4)
            OR EXISTS (
                SELECT FROM condition t
                WHERE t.customer_id = m.customer_id AND coalesce(least(t.valid_until, t.revoked_at), $4) >= $4
            )
            OR EXISTS (SELECT FROM live_call l WHERE l.customer_id = m.customer_id AND l.closed_at IS NULL)
        )
    ) AND NOT is_kept(c.customer_id, $3)
ORDER BY c.customer_id
LIMIT $5;
