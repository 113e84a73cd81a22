-- name: read_name
-- The name of key or account $1; that of the service itself if it is neither.
SELECT coalesce(
    (SELECT name FROM api_key WHERE key_id = $1), (SELECT name FROM agent_account WHERE account_id = $1), 'askonce'
);

-- name: read_decision
-- The decision that holds between the merge sets of customers $1 and $2; if they are one set, what was decided of the two
-- themselves.
SELECT d.decision, d.note, d.decided_at, d.decided_by
FROM customer c
CROSS JOIN customer o
CROSS JOIN LATERAL (
    SELECT coalesce(c.merged_into, c.customer_id) AS one, coalesce(o.merged_into, o.customer_id) AS other
) AS sets
CROSS JOIN LATERAL (
    SELECT decision, note, decided_at, decided_by
    FROM decision_between(sets.one, sets.other)
    WHERE sets.one <> sets.other
    UNION ALL
    SELECT decision, note, decided_at, decided_by
    FROM match_decision
    WHERE sets.one = sets.other AND customer_id = least($1::uuid, $2::uuid) AND other_customer_id = greatest($1::uuid, $2::uuid)
) AS d
WHERE c.customer_id = $1 AND o.customer_id = $2 AND d.decision IS NOT NULL;

-- name: write_decision
-- Between the merge sets of canonical customers $1 and $2 the decision is $5 with note $6, by $7 at $8: between their members
-- $3 and $4, and between all members that something speaks for or that were decided about.
WITH members AS MATERIALIZED (
    SELECT ARRAY(SELECT merge_set($1)) AS one, ARRAY(SELECT merge_set($2)) AS other
),
pair AS (
    SELECT $3::uuid AS customer_id, $4::uuid AS other_customer_id
    UNION ALL
    SELECT s.customer_id, s.other_customer_id
    FROM members m
    JOIN (
        SELECT customer_id, other_customer_id FROM merge_suggestion
        UNION ALL
        SELECT customer_id, other_customer_id FROM customer_match
        UNION ALL
        SELECT customer_id, other_customer_id FROM match_decision
    ) AS s ON s.customer_id = ANY (m.one) AND s.other_customer_id = ANY (m.other)
        OR s.customer_id = ANY (m.other) AND s.other_customer_id = ANY (m.one)
)
INSERT INTO match_decision (customer_id, other_customer_id, decision, note, decided_by, decided_at)
SELECT DISTINCT least(customer_id, other_customer_id), greatest(customer_id, other_customer_id), $5, $6, $7, $8::timestamptz
FROM pair
ON CONFLICT (customer_id, other_customer_id) DO UPDATE SET
    decision = excluded.decision, note = excluded.note, decided_by = excluded.decided_by, decided_at = excluded.decided_at;

-- name: revise_same
-- Whatever was decided to be the same between the merge sets of canonical customers $1 and $2 is apart, with note $3, by $4
-- at $5.
UPDATE match_decision SET decision = 'apart', note = $3, decided_by = $4, decided_at = $5
FROM customer one, customer other
WHERE (one.customer_id = $1 OR one.merged_into = $1) AND (other.customer_id = $2 OR other.merged_into = $2)
    AND match_decision.customer_id = least(one.customer_id, other.customer_id)
    AND match_decision.other_customer_id = greatest(one.customer_id, other.customer_id)
    AND match_decision.decision = 'same';
