-- name: renew
-- Those of the instances $2 that the process $1 has a lease of, for $3 from now: its own, those without one, and those
-- that expired. The clock is PostgreSQL's, so that the processes' clocks may differ.
INSERT INTO listener_lease AS held (instance_id, owner, expires_at)
SELECT wanted.instance_id, $1, clock_timestamp() + $3::interval
FROM unnest($2::uuid[]) AS wanted (instance_id)
ORDER BY wanted.instance_id
ON CONFLICT (instance_id) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
WHERE held.owner = excluded.owner OR held.expires_at <= clock_timestamp()
RETURNING held.instance_id;

-- name: give_up
-- End the leases of the process $1 but those of the instances $2, and what processes left behind that died long ago.
DELETE FROM listener_lease
WHERE (owner = $1 AND instance_id <> ALL ($2::uuid[])) OR expires_at < clock_timestamp() - interval '1 day';
