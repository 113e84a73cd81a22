-- name: find_condition_owner
-- The customer whose row condition $1 is.
SELECT customer_id
FROM condition
WHERE condition_id = $1;

-- name: read_condition
-- Condition $1 as JSON in the shape of Condition, with its canonical customer and that customer's version.
SELECT
    coalesce(named.merged_into, named.customer_id) AS canonical_id,
    (SELECT c.version FROM customer c WHERE c.customer_id = coalesce(named.merged_into, named.customer_id)) AS version,
    to_json(shown) AS condition
FROM (
    SELECT
        condition_id AS id, customer_id, title, kind, terms, scope, valid_from, valid_until, priority, stacking,
        audiences, contract, max_uses, max_uses_per, created_at, revoked_at
    FROM condition
    WHERE condition_id = $1
) AS shown
JOIN customer named ON named.customer_id = shown.customer_id;

-- name: list_conditions
-- The version of the canonical customer of $1, and a JSON array of at most $3 conditions of its merge set, in the shape
-- of Condition: newest first, past and revoked ones too, those before (older than) condition $2 if that is not null.
SELECT owner.version, (
    SELECT coalesce(json_agg(shown), '[]')
    FROM (
        SELECT
            condition_id AS id, customer_id, title, kind, terms, scope, valid_from, valid_until, priority, stacking,
            audiences, contract, max_uses, max_uses_per, created_at, revoked_at
        FROM condition
        WHERE
            customer_id = ANY (ARRAY(
                SELECT owner.customer_id
                UNION ALL
                SELECT m.customer_id FROM customer m WHERE m.merged_into = owner.customer_id
            ))
            AND ($2::uuid IS NULL OR condition_id < $2)
        ORDER BY condition_id DESC
        LIMIT $3
    ) AS shown
) AS conditions
FROM customer asked
JOIN customer owner ON owner.customer_id = coalesce(asked.merged_into, asked.customer_id)
WHERE asked.customer_id = $1;

-- name: mark_condition_holder
-- Let customer $1 and its merge set be found by name.
UPDATE customer
SET holds_conditions = true
WHERE (customer_id = $1 OR merged_into = $1) AND NOT holds_conditions;

-- name: write_condition
-- A condition $1 as it stands now, an array of one row: new, or in the place of the one with its id.
INSERT INTO condition (
    customer_id, condition_id, title, kind, terms, scope, valid_from, valid_until, priority, stacking, audiences,
    contract, max_uses, max_uses_per, created_at, revoked_at
)
SELECT
    customer_id, condition_id, title, kind, terms, scope, valid_from, valid_until, priority, stacking, audiences,
    contract, max_uses, max_uses_per, created_at, revoked_at
FROM unnest($1::condition_row[]) AS new (
    customer_id, condition_id, title, kind, terms, scope, valid_from, valid_until, priority, stacking, audiences,
    contract, max_uses, max_uses_per, created_at, revoked_at
)
ON CONFLICT (customer_id, condition_id) DO UPDATE SET
    title = excluded.title,
    kind = excluded.kind,
    terms = excluded.terms,
    scope = excluded.scope,
    valid_from = excluded.valid_from,
    valid_until = excluded.valid_until,
    priority = excluded.priority,
    stacking = excluded.stacking,
    audiences = excluded.audiences,
    contract = excluded.contract,
    max_uses = excluded.max_uses,
    max_uses_per = excluded.max_uses_per,
    revoked_at = excluded.revoked_at;
