-- name: read_levels
-- The present levels of those of customers $1 who may leave.
SELECT customer_id, level FROM customer_risk
WHERE customer_id = ANY ($1::uuid[]);

-- name: delete_risks
-- Customers $1 are not at risk.
DELETE FROM customer_risk
WHERE customer_id = ANY ($1::uuid[]);

-- name: store_risks
-- Customers $1 have the levels $2, urgencies $3, reasons $4 and ways $5 (JSON, as texts) at $6.
INSERT INTO customer_risk (customer_id, level, urgency, codes, reasons, way, since, told_at)
SELECT
    one.customer_id, one.level, one.urgency, ARRAY(SELECT reason ->> 'code' FROM jsonb_array_elements(one.reasons::jsonb) AS reason),
    one.reasons::jsonb, one.way::jsonb, $6, CASE WHEN one.level = 'high' THEN $6::timestamptz END
FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::text[]) AS one (customer_id, level, urgency, reasons, way)
ON CONFLICT (customer_id) DO UPDATE SET
    level = excluded.level, urgency = excluded.urgency, codes = excluded.codes, reasons = excluded.reasons, way = excluded.way,
    since = CASE WHEN customer_risk.level = excluded.level THEN customer_risk.since ELSE excluded.since END,
    told_at = CASE WHEN customer_risk.level = excluded.level THEN customer_risk.told_at ELSE excluded.told_at END
WHERE (customer_risk.level, customer_risk.urgency, customer_risk.reasons, customer_risk.way)
    IS DISTINCT FROM (excluded.level, excluded.urgency, excluded.reasons, excluded.way);

-- name: begin_episodes
-- Customers $1 have come to be at high risk at $2.
INSERT INTO risk_episode (customer_id, risen_at, codes)
SELECT customer_id, $2, codes FROM customer_risk
WHERE customer_id = ANY ($1::uuid[])
ON CONFLICT (customer_id, risen_at) DO NOTHING;

-- name: tell_risen
-- Others are told at $2 that customers $1 may leave.
INSERT INTO outbox (customer_id, version, type, created_at)
SELECT customer_id, version, 'customer.at_risk', $2 FROM customer
WHERE customer_id = ANY ($1::uuid[]);

-- name: list_at_risk
-- The $1 customers who may leave the most urgently, with what was done since they came to their level.
SELECT
    r.customer_id, r.level, r.since, r.reasons::text AS reasons, r.way::text AS way,
    coalesce(c.name, (SELECT min(m.name) FROM customer m WHERE m.merged_into = c.customer_id)) AS name,
    coalesce((
        SELECT json_agg(json_build_object('action', a.action, 'note', a.note, 'by', a.by, 'at', a.acted_at) ORDER BY a.acted_at DESC)
        FROM risk_action a
        WHERE a.customer_id = r.customer_id AND a.acted_at >= r.since
    ), '[]')::text AS actions
FROM customer_risk r
JOIN customer c ON c.customer_id = r.customer_id
ORDER BY r.urgency DESC, r.since, r.customer_id
LIMIT $1;

-- name: count_at_risk
-- How many customers may leave.
SELECT count(*) FROM customer_risk;

-- name: lock_risk
-- The customer that $1 counts as, if they may leave: since when, and since when others know. Held for this transaction.
SELECT r.customer_id, coalesce(r.told_at, r.since) AS risen_at
FROM customer c
JOIN customer_risk r ON r.customer_id = coalesce(c.merged_into, c.customer_id)
WHERE c.customer_id = $1
FOR UPDATE OF r;

-- name: record_action
-- Somebody ($6) did $4 about customer $1, who came to be at risk at $2, at $3, with the note $5.
INSERT INTO risk_action (customer_id, risen_at, acted_at, action, note, by)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (customer_id, risen_at, acted_at) DO UPDATE SET action = excluded.action, note = excluded.note, by = excluded.by;

-- name: decide_outcomes
-- Whether customers stayed, of at most $2 warnings before $1: something of theirs happened within $3, or a matter of theirs was
-- solved, and nothing was a cancellation: one of the facts $4, or a page or form with the words $5.
WITH due AS (
    SELECT customer_id, risen_at FROM risk_episode
    WHERE stayed IS NULL AND risen_at < $1
    ORDER BY risen_at
    LIMIT $2
),
seen AS (
    SELECT due.customer_id, due.risen_at, bool_or(happened.came) AS came, bool_or(happened.cancelled) AS cancelled
    FROM due
    JOIN customer c ON c.customer_id = due.customer_id OR c.merged_into = due.customer_id
    CROSS JOIN LATERAL (
        SELECT i.direction = 'inbound' OR i.kind = 'purchase' AS came,
            coalesce(i.details -> 'facts' ?| $4::text[], false) OR coalesce(i.kind IN ('page', 'form') AND i.text ~* $5, false)
                AS cancelled
        FROM interaction i
        WHERE i.customer_id = c.customer_id AND i.occurred_at > due.risen_at AND i.occurred_at <= due.risen_at + $3::interval
            AND ten_minutes_of(i.occurred_at) BETWEEN ten_minutes_of(due.risen_at) AND due.risen_at + $3::interval
        UNION ALL
        SELECT true, false
        FROM conversation v
        WHERE v.customer_id = c.customer_id AND v.status = 'resolved' AND v.resolved_at > due.risen_at
            AND v.resolved_at <= due.risen_at + $3::interval
    ) AS happened
    GROUP BY due.customer_id, due.risen_at
)
UPDATE risk_episode e
SET stayed = coalesce(seen.came AND NOT seen.cancelled, false)
FROM due
LEFT JOIN seen ON seen.customer_id = due.customer_id AND seen.risen_at = due.risen_at
WHERE e.customer_id = due.customer_id AND e.risen_at = due.risen_at;

-- name: count_by_rule
-- What came of the warnings, by rule.
SELECT
    code, count(*) AS fired, count(*) FILTER (WHERE acted) AS acted_on,
    count(*) FILTER (WHERE acted AND stayed) AS stayed_with_action,
    count(*) FILTER (WHERE acted AND NOT stayed) AS left_with_action,
    count(*) FILTER (WHERE NOT acted AND stayed) AS stayed_without_action,
    count(*) FILTER (WHERE NOT acted AND NOT stayed) AS left_without_action,
    count(*) FILTER (WHERE stayed IS NULL) AS undecided
FROM (
    SELECT unnest(e.codes) AS code, e.stayed, EXISTS (
            SELECT FROM risk_action a WHERE a.customer_id = e.customer_id AND a.risen_at = e.risen_at
        ) AS acted
    FROM risk_episode e
) AS warned
GROUP BY code
ORDER BY fired DESC, code;
