-- name: try_lock
-- Those of the locks $1 that are this session's now; nobody is waited for.
SELECT number FROM unnest($1::bigint[]) AS wanted (number) WHERE pg_try_advisory_lock(number);

-- name: unlock
-- Give up the locks $1.
SELECT pg_advisory_unlock(number) FROM unnest($1::bigint[]) AS given_up (number);
