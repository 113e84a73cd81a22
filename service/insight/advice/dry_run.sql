-- name: list_newest_customers
-- The newest $1 customers; a merge set is its survivor.
SELECT customer_id
FROM customer
WHERE merged_into IS NULL
ORDER BY customer_id DESC
LIMIT $1;
