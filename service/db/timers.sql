-- name: schedule_timer
-- Plan $1 (a new id) for $2, of kind $3, for customer $4 and subject $5; the same plan twice is one.
INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING;

-- name: cancel_timers
-- Drop every timer of kind $1 for subject $2, except one that a worker is running now.
DELETE FROM timer
WHERE timer_id IN (
    SELECT timer_id
    FROM timer
    WHERE kind = $1 AND subject_id = $2
    FOR UPDATE SKIP LOCKED
);

-- name: claim_due_timers
-- The timer due longest at $1 of the kinds $2 that no other worker holds, and more of its kind, the longest due first and $3
-- of the kind at most; all held until this transaction ends.
WITH first AS (
    SELECT t.timer_id, t.due_at, t.kind, t.customer_id, t.subject_id, t.failures
    FROM timer t
    WHERE t.due_at <= $1 AND t.kind = ANY($2::text [])
    ORDER BY t.due_at, t.timer_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
),
more AS (
    SELECT t.timer_id, t.due_at, t.kind, t.customer_id, t.subject_id, t.failures
    FROM timer t
    WHERE t.due_at <= $1 AND t.kind = (SELECT first.kind FROM first) AND t.timer_id <> (SELECT first.timer_id FROM first)
    ORDER BY t.due_at, t.timer_id
    LIMIT (SELECT ($3::integer [])[array_position($2, first.kind)] - 1 FROM first)
    FOR UPDATE SKIP LOCKED
)
SELECT * FROM first
UNION ALL
SELECT * FROM more;

-- name: complete_timers
-- Timers $1 are done.
DELETE FROM timer
WHERE timer_id = ANY($1::uuid []);

-- name: postpone_timer
-- Timer $1 failed once more and is due again at $2, unless it has more failures than $3 by now: then another worker tried.
UPDATE timer
SET failures = failures + 1, due_at = $2
WHERE timer_id = $1 AND failures = $3;

-- name: count_unknown_kinds
-- The kinds other than $2 of timers due at $1, with how many there are of each, in alphabetical order.
SELECT kind, count(*) AS timers
FROM timer
WHERE due_at <= $1 AND kind <> ALL($2::text [])
GROUP BY kind
ORDER BY kind;
