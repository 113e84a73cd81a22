-- name: claim_position
-- Up to which event customers are compared, and how far the run over all customers is; held until this transaction ends; no
-- row while another worker, or a run of `askonce resolve` for a moment, holds it.
SELECT event_id, sweep FROM match_state
FOR UPDATE SKIP LOCKED;

-- name: move_event
-- All customers of the events up to $1 are compared.
UPDATE match_state SET event_id = $1;

-- name: move_sweep
-- The run over all customers has come to customer $1; null at its end.
UPDATE match_state SET sweep = $1;

-- name: read_newly_stated
-- Those of customers $1 of whom interactions stated an identity together with that of another customer, and no match says so.
SELECT DISTINCT one.customer_id
FROM unnest($1::uuid[]) AS one (customer_id)
CROSS JOIN LATERAL (
    SELECT least(s.customer_id, s.other_customer_id) AS smaller, greatest(s.customer_id, s.other_customer_id) AS greater
    FROM merge_suggestion s
    WHERE s.customer_id = one.customer_id AND s.customer_id <> s.other_customer_id
    OFFSET 0
) AS stated
WHERE NOT EXISTS (
    SELECT FROM customer_match m
    WHERE m.customer_id = stated.smaller AND m.other_customer_id = stated.greater AND m.stated_together
);

-- name: keep_profiled
-- Those of customers $1 about whom something may be concluded.
SELECT asked.customer_id
FROM unnest($1::uuid[]) AS asked (customer_id)
WHERE may_be_profiled(asked.customer_id);

-- name: read_members
-- The members of the merge sets of customers $1, each once, although several of the customers may be of one set.
SELECT DISTINCT merge_set(coalesce(c.merged_into, c.customer_id)) AS customer_id
FROM (SELECT $1::uuid[]) AS asked (customer_ids)
JOIN customer c ON c.customer_id = ANY (asked.customer_ids)
ORDER BY 1;
