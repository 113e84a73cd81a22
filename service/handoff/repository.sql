-- name: lock_handoff
-- Handoff $1 with its owner and the version of its canonical customer, all locked, the customers first in the order of
-- their ids. No version if the owner was merged after this statement began.
WITH held AS MATERIALIZED (
    SELECT c.customer_id, c.version, c.merged_into
    FROM customer c
    WHERE c.customer_id = ANY (ARRAY(
        SELECT unnest(ARRAY[owner.customer_id, owner.merged_into])
        FROM handoff h
        JOIN customer owner ON owner.customer_id = h.customer_id
        WHERE h.handoff_id = $1
    ))
    ORDER BY c.customer_id
    FOR UPDATE
)
SELECT h.handoff_id, c.customer_id, h.conversation_id, h.parent_id, h.state, h.mode, h.key_id, h.given_by, h.queue,
    h.asked_queue, h.reason_code, h.reason_text, h.summary, h.priority, h.created_at, h.offers, h.deadline, h.taken_by,
    h.token, h.outcome, h.ended_at, h.callback_id, h.packet, h.wishes, least(h.version, c.version) AS version,
    h.customer_id AS owner_id, c.version AS customer_version
FROM handoff h
JOIN held owner ON owner.customer_id = h.customer_id
LEFT JOIN held c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE h.handoff_id = $1
FOR UPDATE OF h;

-- name: read_handoffs
-- Handoffs $1 under the canonical ids of their customers, with the customers' versions.
SELECT h.handoff_id, c.customer_id, h.conversation_id, h.parent_id, h.state, h.mode, h.key_id, h.given_by, h.queue,
    h.asked_queue, h.reason_code, h.reason_text, h.summary, h.priority, h.created_at, h.offers, h.deadline, h.taken_by,
    h.token, h.outcome, h.ended_at, h.callback_id, h.packet, h.wishes, least(h.version, c.version) AS version,
    c.version AS customer_version
FROM handoff h
JOIN customer owner ON owner.customer_id = h.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE h.handoff_id = ANY((SELECT $1::uuid[])::uuid[]);

-- name: find_handoff_queues
-- Where handoffs $1 stand.
SELECT DISTINCT queue FROM handoff WHERE handoff_id = ANY($1::uuid[]);

-- name: find_open_handoffs
-- The open handoffs of customer $1, each with the subject key of its conversation, oldest first.
SELECT h.handoff_id, h.conversation_id, h.created_at, c.subject_key
FROM handoff h
JOIN conversation c ON c.customer_id = h.customer_id AND c.conversation_id = h.conversation_id
WHERE h.ended_at IS NULL AND h.customer_id = $1
ORDER BY h.handoff_id;

-- name: find_offers_to_agent
-- The handoffs that are offered to agent $1 alone now.
SELECT handoff_id
FROM handoff
WHERE state = 'offered' AND offers -> -1 -> 'to' ->> 'agent' = $1;

-- name: find_last_agents
-- The agent who served each of the customers $1 last, other than agent $2: who took a handoff, or whose callback reached the
-- customer; no row for a customer without one.
SELECT wanted.customer_id, served.agent
FROM unnest($1::uuid [], $2::text []) AS wanted (customer_id, other_than)
CROSS JOIN LATERAL (
    SELECT h.taken_by AS agent, coalesce(h.ended_at, 'infinity') AS at, h.handoff_id AS id
    FROM customer m
    JOIN handoff h ON h.customer_id = m.customer_id
    WHERE (m.customer_id = wanted.customer_id OR m.merged_into = wanted.customer_id)
        AND h.taken_by <> coalesce(wanted.other_than, '')
    UNION ALL
    SELECT b.claimed_by, b.ended_at, b.callback_id
    FROM customer m
    JOIN callback b ON b.customer_id = m.customer_id
    WHERE (m.customer_id = wanted.customer_id OR m.merged_into = wanted.customer_id)
        AND b.state = 'fulfilled' AND b.claimed_by <> coalesce(wanted.other_than, '')
    ORDER BY at DESC, id DESC
    LIMIT 1
) AS served;

-- name: insert_handoffs
-- New handoffs $1, one for each customer, with the ids of the timers $2 that end their present offers, stored at $3 with the
-- summaries $4. The customer of a row is the canonical one, which is locked; the handoff belongs to the customer of its
-- conversation, which is marked as handed off. The outbox gets an event named after the state. Gives their ids.
WITH wanted AS MATERIALIZED (
    SELECT
        handoff_id, conversation_id, customer_id, version, created_at, key_id, parent_id, state, mode, given_by,
        queue, asked_queue, reason_code, reason_text, summary, priority, offers, deadline, ended_at, callback_id,
        packet, wishes, timer_id, at, summaries
    FROM unnest($1::handoff_row[], $2::uuid[], $3::timestamptz[], $4::jsonb[]) AS wanted (
        customer_id, handoff_id, conversation_id, parent_id, state, mode, key_id, given_by, queue, asked_queue,
        reason_code, reason_text, summary, priority, created_at, offers, deadline, taken_by, token, outcome, ended_at,
        callback_id, packet, version, wishes, timer_id, at, summaries
    )
),
bumped AS (
    UPDATE customer SET version = wanted.version
    FROM wanted
    WHERE customer.customer_id = wanted.customer_id
),
told AS (
    INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
    SELECT customer_id, version, type, handoff_id, at
    FROM wanted
    CROSS JOIN LATERAL unnest(ARRAY['context.changed', 'handoff.' || state::text]) AS type
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, at, key_id, 'handoff.created', handoff_id, '{}' FROM wanted
),
planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT timer_id, deadline, 'handoff.offer_expired', customer_id, handoff_id
    FROM wanted
    WHERE deadline IS NOT NULL
),
marked AS (
    UPDATE conversation SET handed_off = true
    FROM wanted
    WHERE conversation.conversation_id = wanted.conversation_id AND NOT conversation.handed_off
),
stored AS (
    INSERT INTO handoff (
        customer_id, handoff_id, conversation_id, parent_id, state, mode, key_id, given_by, queue, asked_queue, reason_code,
        reason_text, summary, priority, created_at, offers, deadline, ended_at, callback_id, packet, version, wishes,
        summaries
    )
    SELECT c.customer_id, w.handoff_id, w.conversation_id, w.parent_id, w.state, w.mode, w.key_id,
        w.given_by, w.queue, w.asked_queue, w.reason_code, w.reason_text, w.summary, w.priority, w.created_at,
        w.offers, w.deadline, w.ended_at, w.callback_id, w.packet, w.version, w.wishes, w.summaries
    FROM wanted w
    JOIN conversation c ON c.conversation_id = w.conversation_id
    RETURNING handoff_id
)
SELECT handoff_id FROM stored;

-- name: update_handoffs
-- What became of handoffs $1 (their packets are not read), one for each customer: one more version of each customer that
-- has still version $2, changed at $3 by key $4 with action $5. The outbox gets an event named after the state. The timer
-- of an offer is for its deadline, with the id $6; a timer that another transaction runs now stays. Gives the customers
-- with their versions. A customer that has changed meanwhile is left out, nothing is stored for it, and the caller
-- decides again.
WITH wanted AS MATERIALIZED (
    SELECT
        customer_id, seen, handoff_id, at, changed_by, action, state, queue, offers, deadline, taken_by, token,
        outcome, ended_at, callback_id, timer_id
    FROM unnest($1::handoff_row[], $2::bigint[], $3::timestamptz[], $4::uuid[], $5::text[], $6::uuid[]) AS wanted (
        customer_id, handoff_id, conversation_id, parent_id, state, mode, key_id, given_by, queue, asked_queue,
        reason_code, reason_text, summary, priority, created_at, offers, deadline, taken_by, token, outcome, ended_at,
        callback_id, packet, version, wishes, seen, at, changed_by, action, timer_id
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
    SELECT customer_id, version, type, handoff_id, at
    FROM changed
    CROSS JOIN LATERAL unnest(ARRAY['context.changed', 'handoff.' || state::text]) AS type
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, at, changed_by, action, handoff_id, '{}' FROM changed
),
unplanned AS (
    DELETE FROM timer
    WHERE timer_id IN (
        SELECT obsolete.timer_id
        FROM changed
        CROSS JOIN LATERAL (  -- one by one through the index, however few of this kind the planner expects
            SELECT t.timer_id
            FROM timer t
            WHERE t.kind = 'handoff.offer_expired' AND t.subject_id = changed.handoff_id
                AND t.due_at IS DISTINCT FROM changed.deadline
            FOR UPDATE SKIP LOCKED
        ) AS obsolete
    )
),
planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT timer_id, deadline, 'handoff.offer_expired', customer_id, handoff_id
    FROM changed
    WHERE deadline IS NOT NULL
    ON CONFLICT DO NOTHING
),
stored AS (
    UPDATE handoff SET
        state = changed.state, queue = changed.queue, offers = changed.offers,
        deadline = changed.deadline, taken_by = changed.taken_by, token = changed.token, outcome = changed.outcome,
        ended_at = changed.ended_at, callback_id = changed.callback_id, version = changed.version
    FROM changed
    WHERE handoff.handoff_id = changed.handoff_id
    RETURNING changed.customer_id, changed.version
)
SELECT customer_id, version FROM stored;

-- name: list_handoffs
-- Handoffs without their packets, the highest priority first, the oldest first among equals. $1 queue and $2 state if they
-- matter, $3 and $4 the priority and id of the last one seen before, $5 how many. Unless $6, only those that key $7 gave or
-- queue $8 has, open or ended after $9; $10 for open ones only.
SELECT h.handoff_id, c.customer_id, h.conversation_id, h.parent_id, h.state, h.mode, h.key_id, h.given_by, h.queue,
    h.asked_queue, h.reason_code, h.reason_text, h.summary, h.priority, h.created_at, h.offers, h.deadline, h.taken_by,
    h.token, h.outcome, h.ended_at, h.callback_id, '{}' AS packet, h.wishes, least(h.version, c.version) AS version
FROM handoff h
JOIN customer owner ON owner.customer_id = h.customer_id
JOIN customer c ON c.customer_id = coalesce(owner.merged_into, owner.customer_id)
WHERE NOT owner.restricted AND ($1::text IS NULL OR h.queue = $1)
    AND ($2::handoff_state IS NULL OR h.state = $2)
    AND ($3::integer IS NULL OR h.priority < $3 OR (h.priority = $3 AND h.handoff_id > $4))
    AND (NOT $10 OR h.state IN ('offered', 'accepted', 'active'))
    AND ($6 OR ((h.key_id = $7 OR h.queue = $8) AND (h.ended_at IS NULL OR h.ended_at > $9)))
ORDER BY h.priority DESC, h.handoff_id
LIMIT $5;
