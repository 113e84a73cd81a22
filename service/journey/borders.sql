-- name: insert_border
-- For customer $1 the move $2: phase $3 began at $4 and begins at $5, says $6 (key or account $7) at $8.
INSERT INTO journey_border (customer_id, border_id, phase, was_at, at, moved_by, key_id, moved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: undo_border
-- The id of move $2 of the merge set of customer $1, undone at $3 by $4; no row if there is none that counts.
UPDATE journey_border b SET undone_at = $3, undone_by = $4
FROM customer m
WHERE (m.customer_id = $1 OR m.merged_into = $1) AND b.customer_id = m.customer_id AND b.border_id = $2
    AND b.undone_at IS NULL
RETURNING b.border_id;
