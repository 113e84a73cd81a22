-- name: read_run
-- How far the run of `askonce resolve` is that did not end, as JSON; null without one.
SELECT run FROM match_state;

-- name: write_run
-- The run of `askonce resolve` is as far as $1 (JSON) says; null once it has ended.
UPDATE match_state SET run = $1;

-- name: read_customers_after
-- At most $2 customers after customer $1 in the order of their ids.
SELECT customer_id FROM customer
WHERE customer_id > $1
ORDER BY customer_id
LIMIT $2;

-- name: count_customers
-- How many customers there are, as if none were merged.
SELECT count(*) FROM customer;

-- name: read_changed_after
-- At most $3 customers after customer $1 whose profile changed at $2 or later.
SELECT customer_id FROM match_profile
WHERE customer_id > $1 AND changed_at >= $2
ORDER BY customer_id
LIMIT $3;
