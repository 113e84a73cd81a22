-- name: activate_tables
-- Matching works with the tables $1 (JSON) from now on; null stands for those that are shipped.
UPDATE match_state SET tables = $1, person = NULL, household = NULL;

-- name: store_prior
-- So many pairs of one person ($1) and of one household ($2) there are for each record.
UPDATE match_state SET person = $1, household = $2;

-- name: read_stated_after
-- At most $2 customers after customer $1 of whom interactions stated an identity together with that of another one.
SELECT DISTINCT customer_id FROM merge_suggestion
WHERE customer_id > $1
ORDER BY customer_id
LIMIT $2;

-- name: read_settled_after
-- At most $2 customers after customer $1 that are merged, or were decided about.
SELECT customer_id
FROM (
    SELECT customer_id FROM customer WHERE merged_into IS NOT NULL AND customer_id > $1
    UNION
    SELECT customer_id FROM match_decision WHERE customer_id > $1
) AS settled
ORDER BY customer_id
LIMIT $2;

-- name: delete_outdated
-- At most $2 matches that were weighed last before $1 are deleted, unless they were stated together or decided about; gives how
-- many.
WITH outdated AS (
    SELECT m.customer_id, m.other_customer_id FROM customer_match m
    WHERE m.weighed_at < $1 AND NOT m.stated_together
        AND NOT EXISTS (
            SELECT FROM match_decision d
            WHERE d.customer_id = m.customer_id AND d.other_customer_id = m.other_customer_id
        )
    LIMIT $2
),
gone AS (
    DELETE FROM customer_match m
    USING outdated
    WHERE m.customer_id = outdated.customer_id AND m.other_customer_id = outdated.other_customer_id
    RETURNING m.customer_id
)
SELECT count(*) FROM gone;

-- name: read_likely
-- All pairs that are one person as likely as half and more.
SELECT customer_id, other_customer_id, p FROM customer_match
WHERE p >= 0.5;

-- name: end_run
-- The run has ended; no other run over all customers is needed if $1, unless rules may merge some.
UPDATE match_state SET
    run = NULL,
    sweep = CASE WHEN $1 AND NOT EXISTS (SELECT FROM merging_setting WHERE rules <> '[]') THEN NULL ELSE sweep END;
