-- name: list_newest
-- The newest $1 customers; merged ones are their survivors.
SELECT customer_id FROM customer
WHERE merged_into IS NULL
ORDER BY customer_id DESC
LIMIT $1;
