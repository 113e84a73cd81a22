-- name: lock_notice
-- Notice $1 until the end of the transaction.
SELECT state, published_at
FROM notice
WHERE notice_id = $1
FOR UPDATE;

-- name: count_notices
-- How many notices there are.
SELECT count(*) FROM notice;

-- name: upsert_notice
-- Notice $1 is now in state $3, from $4 until $5, as $6 defines it, published at $7, changed at $8. If it is new, events name
-- it by $2, and the change of the calendar of queue $9 drafted it for the dates $10. Gives whether it is new.
INSERT INTO notice (
    notice_id, subject_id, state, starts_at, ends_at, definition, published_at, updated_at, drafted_for, drafted_days
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (notice_id) DO UPDATE SET
    state = excluded.state, starts_at = excluded.starts_at, ends_at = excluded.ends_at, definition = excluded.definition,
    published_at = excluded.published_at, updated_at = excluded.updated_at
RETURNING xmax = 0;

-- name: find_unknown_queues
-- Those of the queues $1 that there are not.
SELECT wanted
FROM unnest($1::text []) AS wanted
WHERE NOT EXISTS (SELECT 1 FROM queue WHERE name = wanted);

-- name: list_notices
-- At most $2 notices after id $1, in the order of their ids; with $3 only the one of this id, with $4 only those in this state.
SELECT notice_id, state, starts_at, ends_at, definition, drafted_for, reach, published_at, updated_at
FROM notice
WHERE ($1::text IS NULL OR notice_id > $1) AND ($3::text IS NULL OR notice_id = $3) AND ($4::text IS NULL OR state = $4)
ORDER BY notice_id
LIMIT $2;

-- name: list_published
-- The $1 published notices that end last, those that end first at the beginning.
SELECT notice_id, state, starts_at, ends_at, definition, drafted_for, reach, published_at, updated_at
FROM (SELECT * FROM notice WHERE state = 'published' ORDER BY ends_at DESC NULLS FIRST, notice_id LIMIT $1) AS latest
ORDER BY ends_at NULLS LAST, notice_id;

-- name: list_notices_in_force
-- At most $2 published notices that are shown at $1, those that end first at the beginning.
SELECT notice_id, state, starts_at, ends_at, definition, drafted_for, reach, published_at, updated_at
FROM notice
WHERE state = 'published' AND starts_at <= $1 AND (ends_at IS NULL OR ends_at > $1)
ORDER BY ends_at NULLS LAST, notice_id
LIMIT $2;

-- name: delete_notice
-- Forget notice $1.
DELETE FROM notice
WHERE notice_id = $1;

-- name: record_reach
-- Notice $1 concerned the customers that $2 counts; receivers of the event are told $3.
UPDATE notice SET reach = $2, event_data = $3
WHERE notice_id = $1;

-- name: enqueue_published
-- Tell at $2 that notice $1 is published. It is about no customer, and has the id that is none.
INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
SELECT '00000000-0000-0000-0000-000000000000', 0, 'notice.published', subject_id, $2
FROM notice
WHERE notice_id = $1;
