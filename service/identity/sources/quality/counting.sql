-- name: read_counts
-- How many current values of source $1 (of all if it is null) and field $2 (of all) have each verdict.
SELECT source, field, verdict, sum(values)::bigint AS values
FROM quality_count
WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR field = $2)
GROUP BY source, field, verdict
HAVING sum(values) > 0
ORDER BY source, field, verdict;

-- name: fold_counts
-- One row of counts in place of many, if there are more than $1 of them; gives how many there are now.
WITH taken AS (
    DELETE FROM quality_count
    WHERE (SELECT count(*) FROM quality_count) > $1
    RETURNING source, field, verdict, values
),
folded AS (
    INSERT INTO quality_count (source, field, verdict, values)
    SELECT source, field, verdict, sum(values)
    FROM taken
    GROUP BY source, field, verdict
    HAVING sum(values) <> 0
    RETURNING source
)
SELECT count(*) FROM folded;
