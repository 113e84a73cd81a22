-- name: upsert_content
-- Content $1 is now as $2 defines it, since $3; gives whether it is new.
INSERT INTO content_item (content_id, definition, updated_at)
VALUES ($1, $2, $3)
ON CONFLICT (content_id) DO UPDATE SET definition = excluded.definition, updated_at = excluded.updated_at
RETURNING xmax = 0;

-- name: count_content
-- How many contents there are.
SELECT count(*) FROM content_item;

-- name: list_content
-- At most $2 contents after id $1, in the order of their ids; with $3 only the one of this id.
SELECT content_id, definition, updated_at
FROM content_item
WHERE ($1::text IS NULL OR content_id > $1) AND ($3::text IS NULL OR content_id = $3)
ORDER BY content_id
LIMIT $2;

-- name: delete_content
-- Forget content $1.
DELETE FROM content_item
WHERE content_id = $1;

-- name: find_segments
-- The segments that customer $1 is in, or who is merged with it: those that were stated, and those of rules.
SELECT segment
FROM customer asked
JOIN customer member ON member.customer_id = coalesce(asked.merged_into, asked.customer_id)
    OR member.merged_into = coalesce(asked.merged_into, asked.customer_id)
CROSS JOIN LATERAL unnest(member.segments) AS segment
WHERE asked.customer_id = $1 AND may_be_profiled(asked.customer_id)
UNION
SELECT m.segment
FROM customer asked
JOIN segment_member m ON m.customer_id = coalesce(asked.merged_into, asked.customer_id)
WHERE asked.customer_id = $1;
