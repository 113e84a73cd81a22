-- name: read_names
-- The id, name and name key of every customer with a name, in the order of the ids.
SELECT customer_id, name, name_key FROM customer
WHERE name IS NOT NULL
ORDER BY customer_id;

-- name: correct_name_keys
-- The customers $1 get the name keys $3, unless their name is not $2 any more.
UPDATE customer SET name_key = new.name_key
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS new (customer_id, name, name_key)
WHERE customer.customer_id = new.customer_id AND customer.name = new.name;
