-- name: count_restored
-- How many customers the restored database has.
SELECT count(*) FROM customer;
