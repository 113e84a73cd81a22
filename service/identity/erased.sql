-- name: find_erased_customers
-- Those of the customers $1 that were erased.
SELECT customer_id FROM erased_customer WHERE customer_id = ANY ($1::uuid[]) ORDER BY customer_id;
