-- name: find_customers
-- The customers whose pages are looked at.
SELECT customer_id FROM customer ORDER BY customer_id;
