-- name: count_customers
-- How many customers there are, with those merged into others if $1.
SELECT count(*)
FROM customer
WHERE merged_into IS NULL OR $1;

-- name: customers_after
-- The next $2 customers after the id $1, in the order of their ids, with those merged into others if $3.
SELECT customer_id
FROM customer
WHERE customer_id > $1 AND (merged_into IS NULL OR $3)
ORDER BY customer_id
LIMIT $2;
