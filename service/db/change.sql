-- name: lock_customers
-- The versions and survivors of customers $1 and of all in their merge sets, as those were when this statement began, and whether
-- they are restricted; locked for this transaction in the order of their ids.
SELECT customer_id, version, merged_into, restricted
FROM customer
WHERE customer_id = ANY(ARRAY(
    WITH survivor AS (
        SELECT coalesce(c.merged_into, c.customer_id) AS customer_id
        FROM customer c
        WHERE c.customer_id = ANY((SELECT $1::uuid[])::uuid[])
    )
    SELECT customer_id FROM survivor
    UNION
    SELECT m.customer_id FROM survivor JOIN customer m ON m.merged_into = survivor.customer_id
))
ORDER BY customer_id
FOR UPDATE;

-- name: record_change
-- One more version of customer $1, and of its member $8 whose rows changed if that is another, at $2 by key $3 for action $4
-- on subject $5 with fields $6; gives both versions. Others are told that the context has changed, and of the event $7 on
-- the subject if there is one. The audit is the owner's.
WITH bumped AS (
    UPDATE customer SET version = version + 1 WHERE customer_id IN ($1, $8) RETURNING customer_id, version
),
told AS (
    INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
    SELECT customer_id, version, type, $5, $2
    FROM bumped
    CROSS JOIN unnest(array_remove(ARRAY['context.changed', $7], NULL)) AS type
    WHERE customer_id = $1
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, subject_id, fields)
    SELECT customer_id, version, $2, $3, $4, $5, $6 FROM bumped WHERE customer_id = $8
)
SELECT canonical.version, owner.version AS owner_version
FROM bumped AS canonical
JOIN bumped AS owner ON owner.customer_id = $8
WHERE canonical.customer_id = $1;

-- name: record_changes
-- One more version of customers $1, whose fields $2 (parted by blanks) changed, and of the survivors they are merged into, at
-- $3 by key $4 for action $5; gives both versions. Others are told that the contexts have changed. The audit is the owners'.
WITH changed AS MATERIALIZED (
    SELECT c.customer_id AS owner_id, coalesce(c.merged_into, c.customer_id) AS customer_id, asked.fields
    FROM unnest($1::uuid[], $2::text[]) AS asked (customer_id, fields)
    JOIN customer c ON c.customer_id = asked.customer_id
),
bumped AS (
    UPDATE customer SET version = version + 1
    WHERE customer_id IN (SELECT owner_id FROM changed UNION SELECT c.customer_id FROM changed c)
    RETURNING customer_id, version
),
told AS (
    INSERT INTO outbox (customer_id, version, type, created_at)
    SELECT b.customer_id, b.version, 'context.changed', $3
    FROM bumped b
    WHERE b.customer_id IN (SELECT c.customer_id FROM changed c)
),
audited AS (
    INSERT INTO change_audit (customer_id, version, at, key_id, action, fields)
    SELECT b.customer_id, b.version, $3, $4, $5, string_to_array(changed.fields, ' ')
    FROM changed
    JOIN bumped b ON b.customer_id = changed.owner_id
)
SELECT changed.owner_id, changed.customer_id, canonical.version, owner.version AS owner_version
FROM changed
JOIN bumped AS canonical ON canonical.customer_id = changed.customer_id
JOIN bumped AS owner ON owner.customer_id = changed.owner_id;

-- name: write_note
-- Customer $1 changed to its version $2 with the note $3.
INSERT INTO change_note (customer_id, version, note) VALUES ($1, $2, $3);
