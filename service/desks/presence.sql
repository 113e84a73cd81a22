-- name: find_agents_there
-- The agents of the queues $1 who are there at $2, at most $3, by name: since when, and how many handoffs each has in hand.
SELECT a.name, a.there_since, count(h.handoff_id) AS handoffs
FROM agent a
LEFT JOIN handoff h ON h.taken_by = a.name AND h.state IN ('accepted', 'active')
WHERE a.queues && $1::text [] AND a.available AND a.absent_at > $2
GROUP BY a.name, a.there_since
ORDER BY a.name
LIMIT $3;
