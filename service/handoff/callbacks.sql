-- name: lock_callback
-- Callback $1 with the version and survivor of its canonical customer, both locked, the customer first.
SELECT b.callback_id, c.customer_id, b.conversation_id, b.handoff_id, b.queue, b.state, b.key_id, b.phone, b.reason,
    b.promised_from, b.promised_to, b.due_at, b.priority, b.preferred_agent, b.max_attempts, b.retry_after_s,
    b.attempts, b.claimed_by, b.claimed_at, b.claim_until, b.token, b.kept, b.late_s, b.missed_windows, b.created_at,
    b.ended_at, b.end_reason, b.version, b.customer_id AS owner_id, c.version AS customer_version, c.merged_into
FROM callback b
JOIN customer owner ON owner.customer_id = b.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE b.callback_id = $1
FOR UPDATE OF c, b;

-- name: read_callback
-- Callback $1 under the canonical id of its customer, with the customer's version.
SELECT b.callback_id, c.customer_id, b.conversation_id, b.handoff_id, b.queue, b.state, b.key_id, b.phone, b.reason,
    b.promised_from, b.promised_to, b.due_at, b.priority, b.preferred_agent, b.max_attempts, b.retry_after_s,
    b.attempts, b.claimed_by, b.claimed_at, b.claim_until, b.token, b.kept, b.late_s, b.missed_windows, b.created_at,
    b.ended_at, b.end_reason, b.version, c.version AS customer_version
FROM callback b
JOIN customer owner ON owner.customer_id = b.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE b.callback_id = $1;

-- name: find_promise
-- What is there for calling the merge set of customer $1 back about conversation $2: the open callback that was promised
-- first, and the number to call: a proven one rather than another, the newest of equals.
WITH member AS (
    SELECT m.customer_id FROM customer m WHERE m.customer_id = $1 OR m.merged_into = $1
)
SELECT
    (
        SELECT b.callback_id
        FROM member
        JOIN callback b ON b.customer_id = member.customer_id
        WHERE b.ended_at IS NULL AND b.conversation_id = $2
        ORDER BY b.callback_id
        LIMIT 1
    ) AS callback_id,
    (
        SELECT i.value
        FROM member
        JOIN identity i ON i.customer_id = member.customer_id
        WHERE i.kind = 'phone'
        ORDER BY i.verified DESC, i.created_at DESC
        LIMIT 1
    ) AS phone;

-- name: insert_callback
-- A new callback, owned by the customer of its conversation $2 or else by $3, with its timers ($20 ids, $21 kinds, $22 times).
-- $1 id, $4 handoff, $5 queue, $6 state, $7 key, $8 phone, $9 reason, $10 and $11 the promised window, $12 due, $13 priority,
-- $14 preferred agent, $15 most attempts, $16 retry, $17 created, $18 ended, $19 version.
WITH planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT timer_id, due_at, kind, $3, $1
    FROM unnest($20::uuid[], $21::text[], $22::timestamptz[]) AS wanted (timer_id, kind, due_at)
)
INSERT INTO callback (
    customer_id, callback_id, conversation_id, handoff_id, queue, state, key_id, phone, reason, promised_from, promised_to,
    due_at, priority, preferred_agent, max_attempts, retry_after_s, created_at, ended_at, version, missed_windows
)
SELECT coalesce((SELECT c.customer_id FROM conversation c WHERE c.conversation_id = $2), $3), $1, $2, $4, $5, $6, $7, $8, $9,
    $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0;

-- name: store_callback
-- One more version of customer $21, if that has still version $22, for what became of callback $1 at $23 by key $24, action
-- $25: state $2, phone $3, the promised window $4 and $5, due $6, priority $7, attempts $8, claimed by $9 at $10 until $11,
-- token $12, kept $13, late $14, missed windows $15, ended $16 because of $17. Others are told of the event $26. Its timers
-- are $18 ids, $19 kinds and $20 times; one that runs now is let be. Gives the version; no row if the customer has changed
-- meanwhile: then nothing is done, and whoever decided this decides anew.
WITH bumped AS (
    UPDATE customer SET version = version + 1
    WHERE customer_id = $21 AND version = $22 AND merged_into IS NULL
    RETURNING customer_id, version
),
told AS (
    INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
    SELECT customer_id, version, type, $1, $23
    FROM bumped
    CROSS JOIN unnest(ARRAY['context.changed', $26]) AS type
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, $23, $24, $25, $1, '{}' FROM bumped
),
wanted AS (
    SELECT wanted.timer_id, wanted.kind, wanted.due_at, bumped.customer_id
    FROM bumped
    CROSS JOIN unnest($18::uuid[], $19::text[], $20::timestamptz[]) AS wanted (timer_id, kind, due_at)
),
unplanned AS (
    DELETE FROM timer
    WHERE timer_id IN (
        SELECT t.timer_id
        FROM timer t
        WHERE t.subject_id = $1
            AND t.kind IN ('callback.due', 'callback.window_passed', 'callback.claim_idle')
            AND EXISTS (SELECT FROM bumped)
            AND NOT EXISTS (SELECT FROM wanted WHERE wanted.kind = t.kind AND wanted.due_at = t.due_at)
        FOR UPDATE OF t SKIP LOCKED
    )
),
planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT timer_id, due_at, kind, customer_id, $1
    FROM wanted
    ON CONFLICT DO NOTHING
)
UPDATE callback SET
    state = $2, phone = $3, promised_from = $4, promised_to = $5, due_at = $6, priority = $7, attempts = $8,
    claimed_by = $9, claimed_at = $10, claim_until = $11, token = $12, kept = $13, late_s = $14, missed_windows = $15,
    ended_at = $16, end_reason = $17, version = bumped.version
FROM bumped
WHERE callback.callback_id = $1
RETURNING callback.version;

-- name: list_callbacks
-- Callbacks, the highest priority first, the oldest first among equals. $1 queue and $2 state if they matter, $3 and $4 the
-- priority and id of the last one seen before, $5 how many. Unless $6, only those that key $7 made or queue $8 has, open or
-- ended after $9; $10 for open ones only.
SELECT b.callback_id, c.customer_id, b.conversation_id, b.handoff_id, b.queue, b.state, b.key_id, b.phone, b.reason,
    b.promised_from, b.promised_to, b.due_at, b.priority, b.preferred_agent, b.max_attempts, b.retry_after_s,
    b.attempts, b.claimed_by, b.claimed_at, b.claim_until, b.token, b.kept, b.late_s, b.missed_windows, b.created_at,
    b.ended_at, b.end_reason, b.version
FROM callback b
JOIN customer owner ON owner.customer_id = b.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE ($1::text IS NULL OR b.queue = $1)
    AND ($2::callback_state IS NULL OR b.state = $2)
    AND ($3::integer IS NULL OR b.priority < $3 OR (b.priority = $3 AND b.callback_id > $4))
    AND (NOT $10 OR b.ended_at IS NULL)
    AND ($6 OR ((b.key_id = $7 OR b.queue = $8) AND (b.ended_at IS NULL OR b.ended_at > $9)))
ORDER BY b.priority DESC, b.callback_id
LIMIT $5;
