-- name: find_name_matches
-- A JSON array of at most 50 Namesakes whose name is like name key $1, or has words like both $2 and $3, or is $3, the
-- likest first: canonical customers who hold a condition in force at $5 that stores may see and that holds in store $4.
-- Both sorts are the same, so that PostgreSQL stops looking for conditions when it has found 50.
WITH alike AS MATERIALIZED (
    SELECT coalesce(found.merged_into, found.customer_id) AS customer_id, found.name_key,
        similarity(found.name_key, $1) AS likeness
    FROM (
        SELECT customer_id, merged_into, name_key FROM customer WHERE holds_conditions AND NOT restricted AND name_key %> $1
        UNION
        SELECT customer_id, merged_into, name_key FROM customer
        WHERE holds_conditions AND NOT restricted AND name_key %> $2 AND name_key %> $3 AND $1 <> $3
        UNION
        SELECT customer_id, merged_into, name_key FROM customer WHERE holds_conditions AND NOT restricted AND name_key = $3 AND $1 <> $3
    ) AS found
    ORDER BY likeness DESC, customer_id
),
holding AS (
    SELECT alike.customer_id, alike.name_key, alike.likeness, members.ids AS members
    FROM alike
    CROSS JOIN LATERAL (
        SELECT ARRAY(
            SELECT alike.customer_id
            UNION ALL
            SELECT m.customer_id FROM customer m WHERE m.merged_into = alike.customer_id
        ) AS ids
    ) AS members
    WHERE EXISTS (
        SELECT FROM condition c
        WHERE
            c.customer_id = ANY (members.ids)
            AND c.valid_from <= $5 AND (c.valid_until > $5 OR c.valid_until IS NULL)
            AND (c.revoked_at > $5 OR c.revoked_at IS NULL)
            AND 'store' = ANY (c.audiences)
            AND (c.scope -> 'stores' = '[]' OR c.scope -> 'stores' ? $4)
    )
    ORDER BY alike.likeness DESC, alike.customer_id
    LIMIT 50
)
SELECT coalesce(json_agg(json_build_object(
    'customer_id', holding.customer_id, 'name_key', holding.name_key,
    'name', coalesce(owner.name, (
        SELECT m.name FROM customer m
        WHERE m.customer_id = ANY (holding.members) AND m.name IS NOT NULL ORDER BY m.customer_id LIMIT 1
    )),
    'language', coalesce(owner.language, (
        SELECT m.language FROM customer m
        WHERE m.customer_id = ANY (holding.members) AND m.language IS NOT NULL ORDER BY m.customer_id LIMIT 1
    )),
    'since', (SELECT min(m.since) FROM customer m WHERE m.customer_id = ANY (holding.members))
) ORDER BY holding.likeness DESC, holding.customer_id), '[]')
FROM holding
JOIN customer owner ON owner.customer_id = holding.customer_id;

-- name: read_confirmation_answers
-- A JSON object with the Answers of each of the customers $1 by id: what a till can ask them, over their merge sets.
SELECT coalesce(json_object_agg(asked.customer_id, json_build_object(
    'postal_code', (
        SELECT f.value FROM fact f
        WHERE f.customer_id = ANY (members.ids) AND f.name = 'postal-code'
        ORDER BY f.vouched DESC, f.at DESC, f.channel IS NULL DESC
        LIMIT 1
    ),
    'birth_date', (
        SELECT f.value FROM fact f
        WHERE f.customer_id = ANY (members.ids) AND f.name = 'bday'
        ORDER BY f.vouched DESC, f.at DESC, f.channel IS NULL DESC
        LIMIT 1
    ),
    'phones', ARRAY(SELECT i.value FROM identity i WHERE i.customer_id = ANY (members.ids) AND i.kind = 'phone')
)), '{}')
FROM customer asked
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT coalesce(asked.merged_into, asked.customer_id)
        UNION ALL
        SELECT m.customer_id FROM customer m WHERE m.merged_into = coalesce(asked.merged_into, asked.customer_id)
    ) AS ids
) AS members
WHERE asked.customer_id = ANY ($1::uuid[]);

-- name: insert_candidates
-- Remember by token hashes $1 that customers $2 were proposed to key $3 in store $4, until $5.
INSERT INTO store_candidate (token_hash, customer_id, key_id, store, expires_at)
SELECT token_hash, customer_id, $3, $4, $5
FROM unnest($1::bytea[], $2::uuid[]) AS proposed (token_hash, customer_id);

-- name: count_try
-- Use one of the $4 tries of token hash $1 of key $2 at $3; gives the candidate's customer and store.
UPDATE store_candidate
SET tries = tries + 1
WHERE token_hash = $1 AND key_id = $2 AND expires_at > $3 AND tries < $4
RETURNING customer_id, store;

-- name: consume_token
-- End token hash $1; gives its customer unless another request was faster.
DELETE FROM store_candidate
WHERE token_hash = $1
RETURNING customer_id;
