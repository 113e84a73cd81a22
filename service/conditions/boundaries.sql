-- name: find_boundary
-- Which of its moments, valid_from or valid_until, condition $2 of customer $1 reaches at $3, if it is not revoked; of a
-- timer that was put off ($4 true) the last one before $3.
SELECT boundary.field
FROM condition c
CROSS JOIN LATERAL (VALUES ('valid_from', c.valid_from), ('valid_until', c.valid_until)) AS boundary (field, at)
WHERE
    c.customer_id = $1 AND c.condition_id = $2 AND c.revoked_at IS NULL
    AND (boundary.at = $3 OR ($4 AND boundary.at < $3))
ORDER BY boundary.at DESC
LIMIT 1;
