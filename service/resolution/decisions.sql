-- name: find_deeper
-- Of two customers $1 and $2 of one merge set, the one with more merges between it and the survivor: if it stands for itself
-- again, the other does not come with it.
WITH RECURSIVE above AS (
    SELECT customer_id AS asked_id, merge_parent FROM customer WHERE customer_id IN ($1, $2)
    UNION ALL
    SELECT a.asked_id, c.merge_parent FROM above a JOIN customer c ON c.customer_id = a.merge_parent
)
SELECT asked_id FROM above GROUP BY asked_id ORDER BY count(*) DESC, asked_id LIMIT 1;
