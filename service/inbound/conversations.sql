-- name: find_reported
-- The conversation that event $2 of source $1 in space $3 is in, if it does not stand at $4 and nothing was said in it after $5.
SELECT c.conversation_id
FROM receipt r
JOIN conversation c ON c.conversation_id = r.conversation_id
WHERE r.space_id = $3 AND r.source = $1 AND r.source_event_id = $2 AND c.status <> $4 AND c.last_at <= $5;
