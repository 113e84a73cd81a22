-- name: lock_legs
-- Events of the legs $2 of source $1 are told one after the other, whichever call they name.
SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || leg.ref, 5))
FROM unnest($2::text[]) WITH ORDINALITY AS leg (ref, place)
ORDER BY leg.place;

-- name: find_call_of_leg
-- The call of source $2 that has $1 as a leg that was passed on.
SELECT call_ref FROM live_call WHERE legs ? $1 AND source = $2 AND call_ref <> $1 ORDER BY call_id DESC LIMIT 1;

-- name: take_stray_calls
-- The calls of source $1 that are no calls of their own but the legs $2 of another one; they are gone.
DELETE FROM live_call
WHERE source = $1 AND call_ref = ANY ($2::text[]) AND closed_at IS NULL AND customer_id IS NULL
RETURNING
    call_ref, source, call_id, key_id, customer_id, direction, identities, queue, conversation, legs, data, started_at,
    deadline, closed_at, interaction_id;

-- name: lock_call
-- The call $1 of source $2, locked for this transaction, as a new one ($3 its id, $4 key, $5 began at, $6 now) if need be.
INSERT INTO live_call (call_ref, source, call_id, key_id, phase, identities, legs, data, started_at, seen_at)
VALUES ($1, $2, $3, $4, 'ringing', '[]', '{}', '{}', $5, $6)
ON CONFLICT (call_ref, source) DO UPDATE SET seen_at = excluded.seen_at
RETURNING
    call_ref, source, call_id, key_id, customer_id, direction, identities, queue, conversation, legs, data, started_at,
    deadline, closed_at, interaction_id;

-- name: lock_due_call
-- The call of id $1, locked for this transaction, if it is to be closed by $2.
SELECT
    call_ref, source, call_id, key_id, customer_id, direction, identities, queue, conversation, legs, data, started_at,
    deadline, closed_at, interaction_id
FROM live_call
WHERE call_id = $1 AND deadline <= $2
FOR UPDATE;

-- name: store_call
-- The call $1 of source $2 as it stands: $3 customer, $4 phase, $5 direction, $6 identities, $7 queue, $8 conversation,
-- $9 legs, $10 data, $11 began at, $12 deadline, $13 closed at, $14 interaction.
UPDATE live_call
SET
    customer_id = $3, phase = $4, direction = $5, identities = $6, queue = $7, conversation = $8, legs = $9, data = $10,
    started_at = $11, deadline = $12, closed_at = $13, interaction_id = $14
WHERE call_ref = $1 AND source = $2;

-- name: append_to_outbox
-- Tell others of the types $1 that happened to call $2 of customer $3, or of whom they were merged into, at $4.
INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
SELECT c.customer_id, c.version, told.type, $2, $4
FROM customer asked
JOIN customer c ON c.customer_id = coalesce(asked.merged_into, asked.customer_id)
CROSS JOIN unnest($1::text []) WITH ORDINALITY AS told (type, place)
WHERE asked.customer_id = $3
ORDER BY told.place;

-- name: find_call
-- The newest call of reference $1, else that with a leg of this reference; of source $2 if that is not null.
SELECT
    call_ref, source, call_id, key_id, customer_id, direction, identities, queue, conversation, legs, data, started_at,
    deadline, closed_at, interaction_id
FROM live_call
WHERE (call_ref = $1 OR legs ? $1) AND source = coalesce($2, source)
ORDER BY call_ref = $1 DESC, call_id DESC
LIMIT 1;

-- name: find_conversation
-- The conversation of customer $1 that is called $2 by any channel (the unresolved one, else that resolved last), or the one
-- of its merge set that is called so by us, and the customer whose it is.
SELECT c.customer_id, c.conversation_id
FROM customer asked
JOIN customer survivor ON survivor.customer_id = coalesce(asked.merged_into, asked.customer_id)
JOIN customer member ON member.customer_id = survivor.customer_id OR member.merged_into = survivor.customer_id
JOIN conversation c ON c.customer_id = member.customer_id
    AND ((c.ref = $2 AND c.customer_id = $1) OR c.conversation_id::text = $2)
WHERE asked.customer_id = $1
ORDER BY c.resolved_at DESC NULLS FIRST, c.last_at DESC
LIMIT 1;
