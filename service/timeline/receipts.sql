-- name: find_receipts
-- The answers given to the events ($1 spaces, $2 sources, $3 ids).
SELECT r.source, r.source_event_id, r.interaction_id, r.customer_id, r.conversation_id, r.version, r.space_id
FROM unnest((SELECT $1::integer[]), (SELECT $2::text[]), (SELECT $3::text[])) AS wanted (
    space_id, source, source_event_id
)
JOIN receipt r USING (space_id, source, source_event_id);
