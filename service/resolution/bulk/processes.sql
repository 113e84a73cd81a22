-- name: hold_writes
-- No other writer of profiles writes until this transaction ends.
SELECT event_id FROM match_state
FOR UPDATE;

-- name: write_later
-- The commits of this session do not wait for the disk: what is lost with the server is made anew.
SELECT set_config('synchronous_commit', 'off', false), set_config('jit', 'off', false), set_config('work_mem', '32MB', false);

-- name: read_groups
-- The customers that meet under each key from $1 to below $2 (to the last key if it is null), for keys of 2 to $3 customers.
SELECT key, array_agg(customer_id ORDER BY customer_id) AS holders
FROM match_key
WHERE key >= $1 AND ($2::bigint IS NULL OR key < $2)
GROUP BY key
HAVING count(*) BETWEEN 2 AND $3
ORDER BY key;
