-- name: take_time
-- Let this transaction count for as long as it takes: a large database has just been copied, and nothing of it is in memory.
SELECT set_config('statement_timeout', '0', true);

-- name: count_restored
-- How many customers the restored database has.
SELECT count(*) FROM customer;
