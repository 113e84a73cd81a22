-- name: find_verified_pairs
-- Customers $1 and others, one of which owns a verified identity that a source states of the other one with proof: each pair
-- once, the smaller id first. A value that a source states of more than $2 customers joins none.
WITH proven AS (
    SELECT i.kind, i.value, i.customer_id
    FROM identity i
    WHERE i.customer_id = ANY ($1::uuid[]) AND i.verified
    UNION
    SELECT i.kind, i.value, i.customer_id
    FROM (
        SELECT field, normal, verified FROM customer_value WHERE customer_id = ANY ($1::uuid[]) AND ended_at IS NULL
        OFFSET 0  -- of these customers, not of all values that are verified
    ) AS v
    JOIN identity i ON i.value = v.normal AND i.kind = CASE
        WHEN v.field IN ('phone', 'email') THEN v.field::identity_kind
        WHEN v.field LIKE 'identity.%' THEN substr(v.field, length('identity.') + 1)::identity_kind
    END
    WHERE v.verified AND v.normal <> '' AND i.verified
)
SELECT DISTINCT least(proven.customer_id, holder.customer_id) AS customer_id,
    greatest(proven.customer_id, holder.customer_id) AS other_customer_id
FROM proven
CROSS JOIN LATERAL (
    SELECT array_agg(shared.customer_id) AS customer_ids
    FROM (
        SELECT v.customer_id
        FROM customer_value v
        WHERE v.normal = proven.value AND v.verified AND v.ended_at IS NULL
            AND replace(v.field, 'identity.', '') = proven.kind::text
        LIMIT $2 + 1
    ) AS shared
) AS holders
CROSS JOIN LATERAL unnest(holders.customer_ids) AS holder (customer_id)
WHERE cardinality(holders.customer_ids) <= $2 AND holder.customer_id <> proven.customer_id
    AND (holder.customer_id = ANY ($1::uuid[]) OR proven.customer_id = ANY ($1::uuid[]))
ORDER BY customer_id, other_customer_id;

-- name: were_parted
-- Whether a person undid a merge of one of customers $1 with one of customers $2, or split them.
SELECT EXISTS (
    SELECT FROM change_audit
    WHERE action IN ('customer.unmerged', 'customer.split', 'customer.split_off')
        AND (
            (customer_id = ANY ($1::uuid[]) AND subject_id = ANY ($2::uuid[]))
            OR (customer_id = ANY ($2::uuid[]) AND subject_id = ANY ($1::uuid[]))
        )
);

-- name: is_any_barred
-- Whether nothing may be concluded about one of customers $1.
SELECT EXISTS (SELECT FROM unnest($1::uuid[]) AS asked (customer_id) WHERE NOT may_be_profiled(asked.customer_id));
