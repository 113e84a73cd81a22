-- name: create_expiring_offers
-- $2 new customers, each with an offer to queue $3 that expires at $1, given by key $4; those of an earlier run must be gone.
WITH person AS (
    INSERT INTO customer (customer_id, since, name_key)
    SELECT gen_random_uuid(), $1, 'bench crowd'
    FROM generate_series(1, $2)
    RETURNING customer_id
),
thread AS (
    INSERT INTO conversation (
        customer_id, conversation_id, source, subject_key, status, channels, opened_at, last_at, interactions
    )
    SELECT customer_id, gen_random_uuid(), 'bench-crowd', '', 'open', '{chatbot}', $1, $1, 1
    FROM person
    RETURNING customer_id, conversation_id
),
given AS (
    INSERT INTO handoff (
        customer_id, handoff_id, conversation_id, state, mode, key_id, given_by, queue, asked_queue, priority,
        created_at, offers, deadline, packet, version
    )
    SELECT
        customer_id, gen_random_uuid(), conversation_id, 'offered', 'offer', $4, '{"role":"bot","name":"bench"}', $3,
        $3, 0, $1,
        json_build_array(json_build_object('to', json_build_object('queue', $3::text), 'offered_at', $1)),
        $1, '{}', 0
    FROM thread
    RETURNING customer_id, handoff_id
),
planned AS (
    INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
    SELECT gen_random_uuid(), $1, 'handoff.offer_expired', customer_id, handoff_id
    FROM given
    RETURNING timer_id
)
SELECT count(timer_id) AS offers FROM planned;

-- name: count_open_offers
-- How many offers of the crowd have not been followed up.
SELECT count(*)
FROM timer t
JOIN customer c ON c.customer_id = t.customer_id
WHERE t.kind = 'handoff.offer_expired' AND t.due_at <= $1 AND c.name_key = 'bench crowd';

-- name: delete_expiring_offers
-- Delete the crowd.
WITH gone AS (
    DELETE FROM customer WHERE name_key = 'bench crowd' RETURNING customer_id
),
threads AS (
    DELETE FROM conversation WHERE customer_id IN (SELECT customer_id FROM gone)
),
handoffs AS (
    DELETE FROM handoff WHERE customer_id IN (SELECT customer_id FROM gone)
),
timers AS (
    DELETE FROM timer WHERE customer_id IN (SELECT customer_id FROM gone)
    RETURNING timer_id
)
SELECT count(timer_id) AS timers FROM timers;
