-- name: read_changes
-- The customers of at most $2 events after event $1, but of the types $3, the ids of the first and the last of these events, and
-- the newest id.
SELECT coalesce(array_agg(DISTINCT told.customer_id) FILTER (WHERE told.type <> ALL ($3::text[])), '{}') AS customer_ids,
    min(told.event_id) AS first, max(told.event_id) AS last, (SELECT events FROM event_count) AS newest
FROM (
    SELECT event_id, customer_id, type FROM event
    WHERE event_id > $1
    ORDER BY event_id
    LIMIT $2
) AS told;

-- name: read_customers_after
-- At most $2 customers after customer $1 in the order of their ids.
SELECT customer_id FROM customer
WHERE customer_id > $1
ORDER BY customer_id
LIMIT $2;
