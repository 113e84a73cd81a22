-- name: list_ratings
-- The ratings from $1 to before $2, each with the survivor of its customer's merge set, those of one customer together.
SELECT coalesce(c.merged_into, c.customer_id) AS customer_id, r.interaction_id, r.question, r.is_top, r.is_bottom
FROM rating r
JOIN customer c ON c.customer_id = r.customer_id
WHERE r.occurred_at >= $1 AND r.occurred_at < $2
ORDER BY 1, r.interaction_id;
