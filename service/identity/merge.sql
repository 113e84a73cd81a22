-- name: point_to_survivor
-- Customer $2 is merged with $1; it and the members of its merge set point to $1.
UPDATE customer SET
    merged_into = $1,
    merge_parent = CASE WHEN customer_id = $2 THEN $1 ELSE merge_parent END
WHERE customer_id = $2 OR merged_into = $2;

-- name: share_conditions
-- All of the merge sets of customers $1 are found by name if one of the set was ever granted a condition, and only then.
UPDATE customer SET holds_conditions = wanted.holds_conditions
FROM (
    SELECT m.customer_id, bool_or(EXISTS (SELECT FROM condition c WHERE c.customer_id = m.customer_id)) OVER (
            PARTITION BY coalesce(m.merged_into, m.customer_id)
        ) AS holds_conditions
    FROM customer m
    WHERE m.customer_id = ANY ($1::uuid[]) OR m.merged_into = ANY ($1::uuid[])
) AS wanted
WHERE customer.customer_id = wanted.customer_id AND customer.holds_conditions <> wanted.holds_conditions;

-- name: unpoint_from_survivor
-- Customer $1 stands for itself, and those that were merged with it, directly or not, point to it again.
WITH RECURSIVE below AS (
    SELECT customer_id FROM customer WHERE merge_parent = $1
    UNION ALL
    SELECT c.customer_id FROM customer c JOIN below ON c.merge_parent = below.customer_id
)
UPDATE customer SET
    merged_into = CASE WHEN customer_id = $1 THEN NULL ELSE $1 END,
    merge_parent = CASE WHEN customer_id = $1 THEN NULL ELSE merge_parent END
WHERE customer_id = $1 OR customer_id IN (SELECT customer_id FROM below);
