-- name: identities_after
-- The $3 identities after kind $1 and value $2 (of all if $1 is null), in their order.
SELECT kind, value
FROM identity
WHERE $1::identity_kind IS NULL OR (kind, value) > ($1::identity_kind, $2::text)
ORDER BY kind, value
LIMIT $3;

-- name: respell_identity
-- The identity of kind $1 and value $2 gets the value $3, unless that is there; gives its customer.
WITH respelled AS (
    UPDATE identity SET value = $3
    WHERE kind = $1 AND value = $2
        AND NOT EXISTS (SELECT FROM identity other WHERE other.kind = $1 AND other.value = $3)
    RETURNING customer_id
)
SELECT customer_id FROM respelled;

-- name: find_last_interaction
-- The last interaction of customer $1, or of those merged into it; none if there is none.
SELECT newest.interaction_id
FROM merge_set($1) AS member (customer_id)
CROSS JOIN LATERAL (
    SELECT i.interaction_id, i.occurred_at
    FROM interaction i
    WHERE i.customer_id = member.customer_id
    ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
    LIMIT 1
) AS newest
ORDER BY newest.occurred_at DESC, newest.interaction_id DESC
LIMIT 1;
