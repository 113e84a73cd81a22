-- name: lock_handoff
-- Handoff $1 with the version and survivor of its canonical customer, both locked, the customer first.
SELECT h.handoff_id, c.customer_id, h.conversation_id, h.parent_id, h.state, h.mode, h.key_id, h.given_by, h.queue,
    h.asked_queue, h.reason_code, h.reason_text, h.summary, h.priority, h.created_at, h.offers, h.deadline, h.taken_by,
    h.token, h.outcome, h.ended_at, h.callback_id, h.packet, h.version, h.customer_id AS owner_id,
    c.version AS customer_version, c.merged_into
FROM handoff h
JOIN customer owner ON owner.customer_id = h.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE h.handoff_id = $1
FOR UPDATE OF c, h;

-- name: read_handoff
-- Handoff $1 under the canonical id of its customer, with the customer's version.
SELECT h.handoff_id, c.customer_id, h.conversation_id, h.parent_id, h.state, h.mode, h.key_id, h.given_by, h.queue,
    h.asked_queue, h.reason_code, h.reason_text, h.summary, h.priority, h.created_at, h.offers, h.deadline, h.taken_by,
    h.token, h.outcome, h.ended_at, h.callback_id, h.packet, h.version, c.version AS customer_version
FROM handoff h
JOIN customer owner ON owner.customer_id = h.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE h.handoff_id = $1;

-- name: find_open_of_customer
-- The open handoffs of the merge set of customer $1, each with the subject key of its conversation, oldest first.
SELECT h.handoff_id, h.conversation_id, h.created_at, c.subject_key
FROM handoff h
JOIN conversation c ON c.customer_id = h.customer_id AND c.conversation_id = h.conversation_id
WHERE h.ended_at IS NULL
    AND (h.customer_id = $1 OR h.customer_id IN (SELECT m.customer_id FROM customer m WHERE m.merged_into = $1))
ORDER BY h.handoff_id;

-- name: insert_handoff
-- A new handoff, owned by the customer of its conversation $2, with the timer $22 that ends its offer; gives nothing.
-- $1 id, $3 parent, $4 state, $5 mode, $6 key, $7 giver, $8 queue, $9 asked queue, $10 reason code, $11 reason, $12 summary,
-- $13 priority, $14 created, $15 offers, $16 deadline, $17 ended, $18 callback, $19 packet, $20 version, $21 customer.
WITH planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT $22, $16, 'handoff.offer_expired', $21, $1
    WHERE $16::timestamptz IS NOT NULL
)
INSERT INTO handoff (
    customer_id, handoff_id, conversation_id, parent_id, state, mode, key_id, given_by, queue, asked_queue, reason_code,
    reason_text, summary, priority, created_at, offers, deadline, ended_at, callback_id, packet, version
)
SELECT c.customer_id, $1, c.conversation_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20
FROM conversation c
WHERE c.conversation_id = $2;

-- name: store_handoff
-- One more version of customer $13, if that has still version $14, for what became of handoff $1 at $15 by key $16, action
-- $17: state $2, queue $3, offers $4, deadline $5, taken by $6, token $7, outcome $8, ended $9, callback $10. Others are told
-- of the event $11. The timer of the offer is for the deadline, with the id $12; one that runs now is let be. Gives the
-- version; no row if the customer has changed meanwhile: then nothing is done, and whoever decided this decides anew.
WITH bumped AS (
    UPDATE customer SET version = version + 1
    WHERE customer_id = $13 AND version = $14 AND merged_into IS NULL
    RETURNING customer_id, version
),
told AS (
    INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
    SELECT customer_id, version, type, $1, $15
    FROM bumped
    CROSS JOIN unnest(ARRAY['context.changed', $11]) AS type
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, $15, $16, $17, $1, '{}' FROM bumped
),
unplanned AS (
    DELETE FROM timer
    WHERE timer_id IN (
        SELECT timer_id
        FROM timer
        WHERE kind = 'handoff.offer_expired' AND subject_id = $1 AND due_at IS DISTINCT FROM $5
            AND EXISTS (SELECT FROM bumped)
        FOR UPDATE SKIP LOCKED
    )
),
planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT $12, $5, 'handoff.offer_expired', customer_id, $1
    FROM bumped
    WHERE $5::timestamptz IS NOT NULL
    ON CONFLICT DO NOTHING
)
UPDATE handoff SET
    state = $2, queue = $3, offers = $4, deadline = $5, taken_by = $6, token = $7, outcome = $8, ended_at = $9,
    callback_id = $10, version = bumped.version
FROM bumped
WHERE handoff.handoff_id = $1
RETURNING handoff.version;

-- name: list_handoffs
-- Handoffs without their packets, the highest priority first, the oldest first among equals. $1 queue and $2 state if they
-- matter, $3 and $4 the priority and id of the last one seen before, $5 how many. Unless $6, only those that key $7 gave or
-- queue $8 has, open or ended after $9; $10 for open ones only.
SELECT h.handoff_id, c.customer_id, h.conversation_id, h.parent_id, h.state, h.mode, h.key_id, h.given_by, h.queue,
    h.asked_queue, h.reason_code, h.reason_text, h.summary, h.priority, h.created_at, h.offers, h.deadline, h.taken_by,
    h.token, h.outcome, h.ended_at, h.callback_id, '{}' AS packet, h.version
FROM handoff h
JOIN customer owner ON owner.customer_id = h.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE ($1::text IS NULL OR h.queue = $1)
    AND ($2::handoff_state IS NULL OR h.state = $2)
    AND ($3::integer IS NULL OR h.priority < $3 OR (h.priority = $3 AND h.handoff_id > $4))
    AND (NOT $10 OR h.ended_at IS NULL)
    AND ($6 OR ((h.key_id = $7 OR h.queue = $8) AND (h.ended_at IS NULL OR h.ended_at > $9)))
ORDER BY h.priority DESC, h.handoff_id
LIMIT $5;
