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
WHERE customer_id = ANY (ARRAY(SELECT $1::uuid UNION ALL SELECT customer_id FROM below));

-- name: read_extents
-- What the merge sets of customers $1 have at $2: interactions, conditions that are not over, open handoffs and callbacks, and
-- when they were last in touch. A customer that is merged into another stands for that one.
SELECT s.customer_id, (array_agg(m.name ORDER BY m.merged_into NULLS FIRST, m.customer_id) FILTER (WHERE m.name IS NOT NULL))[1] AS name,
    sum(m.interactions)::bigint AS interactions, nullif(max(m.last_registered_at), '-infinity') AS last_at,
    sum((
        SELECT count(*)
        FROM condition c
        WHERE c.customer_id = m.customer_id AND c.revoked_at IS NULL AND (c.valid_until IS NULL OR c.valid_until > $2)
    ))::bigint AS conditions,
    sum((SELECT count(*) FROM handoff h WHERE h.customer_id = m.customer_id AND h.ended_at IS NULL))::bigint AS handoffs,
    sum((SELECT count(*) FROM callback b WHERE b.customer_id = m.customer_id AND b.ended_at IS NULL))::bigint AS callbacks
FROM (
    SELECT DISTINCT coalesce(merged_into, customer_id) AS customer_id
    FROM customer
    WHERE customer_id = ANY ($1::uuid[])
) AS s
JOIN customer m ON m.customer_id = s.customer_id OR m.merged_into = s.customer_id
GROUP BY s.customer_id;

-- name: read_merge_sets
-- The merge sets of customers $1: the survivor, and all members, the survivor first.
SELECT s.customer_id AS survivor_id, array_agg(m.customer_id ORDER BY m.merged_into NULLS FIRST, m.customer_id) AS members
FROM (
    SELECT DISTINCT coalesce(merged_into, customer_id) AS customer_id
    FROM customer
    WHERE customer_id = ANY ($1::uuid[])
) AS s
JOIN customer m ON m.customer_id = s.customer_id OR m.merged_into = s.customer_id
GROUP BY s.customer_id
ORDER BY s.customer_id;

-- name: read_deeds
-- What people did of the kinds $2 to customer $1, the newest first, with the other customer, the name of the key or account, and
-- the note.
SELECT a.action, a.at, a.subject_id AS other_id, coalesce(k.name, g.name) AS by, n.note
FROM change_audit a
LEFT JOIN change_note n ON n.customer_id = a.customer_id AND n.version = a.version
LEFT JOIN api_key k ON k.key_id = a.key_id
LEFT JOIN agent_account g ON g.account_id = a.key_id
WHERE a.customer_id = $1 AND a.action = ANY ($2::text[]) AND a.subject_id IS NOT NULL
ORDER BY a.version DESC
LIMIT 50;
