-- name: lock_callback
-- Callback $1 with its owner and the version of its canonical customer, all locked, the customers first in the order of
-- their ids. No version if the owner was merged after this statement began.
WITH held AS MATERIALIZED (
    SELECT c.customer_id, c.version, c.merged_into, c.restricted
    FROM customer c
    WHERE c.customer_id = ANY (ARRAY(
        SELECT unnest(ARRAY[owner.customer_id, owner.merged_into])
        FROM callback b
        JOIN customer owner ON owner.customer_id = b.customer_id
        WHERE b.callback_id = $1
    ))
    ORDER BY c.customer_id
    FOR UPDATE
)
SELECT b.callback_id, c.customer_id, b.conversation_id, b.handoff_id, b.queue, b.state, b.key_id, b.phone, b.reason,
    b.promised_from, b.promised_to, b.due_at, b.priority, b.preferred_agent, b.max_attempts, b.retry_after_s,
    b.attempts, b.claimed_by, b.claimed_at, b.claim_until, b.token, b.kept, b.late_s, b.missed_windows, b.created_at,
    b.ended_at, b.end_reason, least(b.version, c.version) AS version, owner.restricted,
    b.customer_id AS owner_id, c.version AS customer_version
FROM callback b
JOIN held owner ON owner.customer_id = b.customer_id
LEFT JOIN held c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE b.callback_id = $1
FOR UPDATE OF b;

-- name: read_callbacks
-- Callbacks $1 under the canonical ids of their customers, with the customers' versions.
SELECT b.callback_id, c.customer_id, b.conversation_id, b.handoff_id, b.queue, b.state, b.key_id, b.phone, b.reason,
    b.promised_from, b.promised_to, b.due_at, b.priority, b.preferred_agent, b.max_attempts, b.retry_after_s,
    b.attempts, b.claimed_by, b.claimed_at, b.claim_until, b.token, b.kept, b.late_s, b.missed_windows, b.created_at,
    b.ended_at, b.end_reason, least(b.version, c.version) AS version, owner.restricted,
    c.version AS customer_version
FROM callback b
JOIN customer owner ON owner.customer_id = b.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE b.callback_id = ANY((SELECT $1::uuid[])::uuid[]);

-- name: find_callback_prerequisites
-- What is there for calling customer $1 back about conversation $2: the open callback that was promised first, the newest
-- that waits for a number, the number to call: a proven one rather than another, the newest of equals, and none of the numbers
-- that a call found to be none, which are given too.
SELECT
    (
        SELECT b.callback_id
        FROM callback b
        WHERE b.customer_id = $1 AND b.ended_at IS NULL AND b.conversation_id = $2
        ORDER BY b.callback_id
        LIMIT 1
    ) AS open_id,
    (
        SELECT b.callback_id
        FROM callback b
        WHERE b.customer_id = $1 AND b.state = 'uncallable' AND b.conversation_id = $2
            AND b.end_reason IS DISTINCT FROM 'do_not_contact'
        ORDER BY b.callback_id DESC
        LIMIT 1
    ) AS uncallable_id,
    (
        SELECT i.value
        FROM identity i
        WHERE i.customer_id = $1 AND i.kind = 'phone' AND NOT EXISTS (
            SELECT FROM invalid_number n WHERE n.customer_id = i.customer_id AND n.phone = i.value
        )
        ORDER BY i.verified DESC, i.created_at DESC
        LIMIT 1
    ) AS phone,
    ARRAY(SELECT n.phone FROM invalid_number n WHERE n.customer_id = $1) AS marked;

-- name: insert_callback
-- A new callback $1, an array of one row, with its timers ($2 ids, $3 kinds, $4 times). It belongs to the customer of its
-- conversation, if it has one, else to the row's. Gives its id.
WITH new AS MATERIALIZED (
    SELECT
        customer_id, callback_id, conversation_id, handoff_id, queue, state, key_id, phone, reason, promised_from,
        promised_to, due_at, priority, preferred_agent, max_attempts, retry_after_s, missed_windows, created_at, ended_at,
        end_reason, version
    FROM unnest($1::callback_row[]) AS new (
        customer_id, callback_id, conversation_id, handoff_id, queue, state, key_id, phone, reason, promised_from,
        promised_to, due_at, priority, preferred_agent, max_attempts, retry_after_s, attempts, claimed_by, claimed_at,
        claim_until, token, kept, late_s, missed_windows, created_at, ended_at, end_reason, version
    )
),
planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT needed.timer_id, needed.due_at, needed.kind, new.customer_id, new.callback_id
    FROM new
    CROSS JOIN unnest($2::uuid[], $3::text[], $4::timestamptz[]) AS needed (timer_id, kind, due_at)
),
stored AS (
    INSERT INTO callback (
        customer_id, callback_id, conversation_id, handoff_id, queue, state, key_id, phone, reason, promised_from,
        promised_to, due_at, priority, preferred_agent, max_attempts, retry_after_s, missed_windows, created_at, ended_at,
        end_reason, version
    )
    SELECT
        coalesce((SELECT c.customer_id FROM conversation c WHERE c.conversation_id = new.conversation_id), customer_id),
        callback_id, conversation_id, handoff_id, queue, state, key_id, phone, reason, promised_from, promised_to, due_at,
        priority, preferred_agent, max_attempts, retry_after_s, missed_windows, created_at, ended_at, end_reason, version
    FROM new
    RETURNING callback_id
)
SELECT callback_id FROM stored;

-- name: update_callbacks
-- What became of callbacks $1, one for each customer: one more version of each customer that has still version $2, changed at
-- $3 by key $4 with action $5. The outbox gets an event named after the state. The timers of these callbacks are $6
-- (callbacks), $7 ids, $8 kinds and $9 times; a timer that another transaction runs now stays. Gives the customers with their
-- versions. A customer that has changed meanwhile is left out, nothing is stored for it, and the caller decides again.
WITH wanted AS MATERIALIZED (
    SELECT
        customer_id, seen, callback_id, changed_at, changed_by, action, state, phone, reason, promised_from, promised_to,
        due_at, priority, preferred_agent, attempts, claimed_by, claimed_at, claim_until, token, kept, late_s, missed_windows, ended_at, end_reason
    FROM unnest($1::callback_row[], $2::bigint[], $3::timestamptz[], $4::uuid[], $5::text[]) AS wanted (
        customer_id, callback_id, conversation_id, handoff_id, queue, state, key_id, phone, reason, promised_from,
        promised_to, due_at, priority, preferred_agent, max_attempts, retry_after_s, attempts, claimed_by, claimed_at,
        claim_until, token, kept, late_s, missed_windows, created_at, ended_at, end_reason, version,
        seen, changed_at, changed_by, action
    )
),
held AS (
    SELECT c.customer_id
    FROM wanted
    JOIN customer c ON c.customer_id = wanted.customer_id
    WHERE c.version = wanted.seen AND c.merged_into IS NULL
    ORDER BY c.customer_id
    FOR UPDATE OF c
),
bumped AS (
    UPDATE customer SET version = customer.version + 1
    FROM held
    WHERE customer.customer_id = held.customer_id
    RETURNING customer.customer_id, customer.version
),
changed AS (
    SELECT wanted.*, bumped.version
    FROM bumped
    JOIN wanted ON wanted.customer_id = bumped.customer_id
),
told AS (
    INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
    SELECT customer_id, version, type, callback_id, changed_at
    FROM changed
    CROSS JOIN LATERAL unnest(ARRAY['context.changed', 'callback.' || state::text]) AS type
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, changed_at, changed_by, action, callback_id, '{}' FROM changed
),
needed AS (
    SELECT needed.callback_id, needed.timer_id, needed.kind, needed.due_at, changed.customer_id
    FROM changed
    JOIN unnest($6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[]) AS needed (callback_id, timer_id, kind, due_at)
        ON needed.callback_id = changed.callback_id
),
unplanned AS (
    DELETE FROM timer
    WHERE timer_id IN (
        SELECT obsolete.timer_id
        FROM changed
        CROSS JOIN LATERAL (  -- one by one through the index, however few of these kinds the planner expects
            SELECT t.timer_id
            FROM timer t
            WHERE t.subject_id = changed.callback_id
                AND t.kind IN ('callback.due', 'callback.window_passed', 'callback.claim_idle')
                AND NOT EXISTS (
                    SELECT FROM needed
                    WHERE needed.callback_id = t.subject_id AND needed.kind = t.kind AND needed.due_at = t.due_at
                )
            FOR UPDATE OF t SKIP LOCKED
        ) AS obsolete
    )
),
planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT timer_id, due_at, kind, customer_id, callback_id
    FROM needed
    ON CONFLICT DO NOTHING
),
stored AS (
    UPDATE callback SET
        state = changed.state, phone = changed.phone, reason = changed.reason, promised_from = changed.promised_from,
        promised_to = changed.promised_to, due_at = changed.due_at, priority = changed.priority,
        preferred_agent = changed.preferred_agent, attempts = changed.attempts, claimed_by = changed.claimed_by, claimed_at = changed.claimed_at,
        claim_until = changed.claim_until, token = changed.token, kept = changed.kept, late_s = changed.late_s,
        missed_windows = changed.missed_windows, ended_at = changed.ended_at, end_reason = changed.end_reason,
        version = changed.version
    FROM changed
    WHERE callback.callback_id = changed.callback_id
    RETURNING changed.customer_id, changed.version
)
SELECT customer_id, version FROM stored;

-- name: list_callbacks
-- Callbacks, the highest priority first, the oldest first among equals. $1 queue and $2 state if they matter, $3 and $4 the
-- priority and id of the last one seen before, $5 how many. Unless $6, only those that key $7 made or queue $8 has, open or
-- ended after $9; $10 for open ones only.
SELECT b.callback_id, c.customer_id, b.conversation_id, b.handoff_id, b.queue, b.state, b.key_id, b.phone, b.reason,
    b.promised_from, b.promised_to, b.due_at, b.priority, b.preferred_agent, b.max_attempts, b.retry_after_s,
    b.attempts, b.claimed_by, b.claimed_at, b.claim_until, b.token, b.kept, b.late_s, b.missed_windows, b.created_at,
    b.ended_at, b.end_reason, least(b.version, c.version) AS version, owner.restricted
FROM callback b
JOIN customer owner ON owner.customer_id = b.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE ($1::text IS NULL OR b.queue = $1)
    AND ($2::callback_state IS NULL OR b.state = $2)
    AND ($3::integer IS NULL OR b.priority < $3 OR (b.priority = $3 AND b.callback_id > $4))
    AND (NOT $10 OR b.state IN ('scheduled', 'due', 'claimed', 'missed'))
    AND ($6 OR ((b.key_id = $7 OR b.queue = $8) AND (b.ended_at IS NULL OR b.ended_at > $9)))
ORDER BY b.priority DESC, b.callback_id
LIMIT $5;
