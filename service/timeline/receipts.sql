-- name: find_receipts
-- The answers given to the events ($1 sources, $2 ids).
SELECT r.source, r.source_event_id, r.interaction_id, r.customer_id, r.conversation_id, r.version
FROM unnest((SELECT $1::text[]), (SELECT $2::text[])) AS wanted (source, source_event_id)
JOIN receipt r ON r.source = wanted.source AND r.source_event_id = wanted.source_event_id;
