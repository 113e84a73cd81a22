-- name: count_kept
-- Of the promises of queues $1 whose time ended after $2 and that were decided: how many there are, and how many were kept.
SELECT count(*) AS decided, count(*) FILTER (WHERE kept) AS kept
FROM callback
WHERE queue = ANY ($1::text []) AND promised_to > $2 AND kept IS NOT NULL;
