-- name: read_stated
-- What customers $1 state, as JSON with its digest, and their stored profiles; with $3 also of those that state what they stated
-- when the profile was stored; identities that a record states are its own. $2 are the facts that count, $4 is the version of the normal forms. Look-ups per customer (OFFSET 0), because a plan that was made
-- while the tables were small reads all of them.
SELECT now.customer_id, now.digest, now.stated, p.stated AS stored, p.records, p.keys
FROM (
    SELECT one.customer_id, hashtextextended(one.stated, $4) AS digest, one.stated
    FROM (
        SELECT c.customer_id, json_build_object(
            'name', left(c.name, 1000),
            'identities', coalesce((
                SELECT json_agg(json_build_array(i.kind, i.value) ORDER BY i.kind, i.value)
                FROM (
                    SELECT own.kind, own.value
                    FROM (SELECT kind, value FROM identity WHERE customer_id = c.customer_id OFFSET 0) AS own
                    WHERE own.kind IN ('phone', 'email') AND NOT EXISTS (
                        SELECT FROM customer_value v
                        WHERE v.customer_id = c.customer_id AND v.ended_at IS NULL AND v.field = own.kind::text
                            AND v.normal = own.value
                    )
                    ORDER BY own.kind, own.value
                    LIMIT 50
                ) AS i
            ), '[]'),
            'facts', coalesce((
                SELECT json_object_agg(f.name, left(f.value #>> '{}', 1000) ORDER BY f.name)
                FROM fact f
                WHERE f.customer_id = c.customer_id AND f.name = ANY ($2::text[]) AND jsonb_typeof(f.value) IN ('string', 'number')
            ), '{}'),
            'values', coalesce((
                SELECT json_agg(
                    json_build_array(v.source, v.external_id, v.field, v.value)
                    ORDER BY v.source, v.external_id, v.field, v.position
                )
                FROM (
                    SELECT source, external_id, field, position, value FROM customer_value
                    WHERE customer_id = c.customer_id AND ended_at IS NULL AND NOT starts_with(field, 'preference.')
                    ORDER BY source, external_id, field, position
                    LIMIT 500
                ) AS v
            ), '[]')
        )::text AS stated
        FROM unnest($1::uuid[]) AS asked (customer_id)
        CROSS JOIN LATERAL (SELECT customer_id, name FROM customer WHERE customer_id = asked.customer_id OFFSET 0) AS c
        OFFSET 0
    ) AS one
) AS now
LEFT JOIN LATERAL (
    SELECT stated, records, keys FROM match_profile WHERE customer_id = now.customer_id OFFSET 0
) AS p ON true
WHERE $3 OR p.stated IS DISTINCT FROM now.digest;

-- name: read_digests
-- The digests that the profiles of customers $1 have.
SELECT customer_id, stated FROM match_profile
WHERE customer_id = ANY ($1::uuid[]);

-- name: read_profiles
-- What customers $1 are compared by.
SELECT p.customer_id, p.records, p.keys
FROM unnest($1::uuid[]) AS asked (customer_id)
CROSS JOIN LATERAL (
    SELECT customer_id, records, keys FROM match_profile WHERE customer_id = asked.customer_id OFFSET 0
) AS p;

-- name: store_profiles
-- Customers are compared by the profiles $1 from now on.
INSERT INTO match_profile (customer_id, stated, records, keys, changed_at)
SELECT customer_id, stated, records, keys, changed_at
FROM unnest($1::match_profile[]) AS one (customer_id, stated, records, keys, changed_at)
ON CONFLICT (customer_id) DO UPDATE SET
    stated = excluded.stated, records = excluded.records, keys = excluded.keys, changed_at = excluded.changed_at;

-- name: delete_keys
-- Under the keys $1 the customers $2 do not meet others any more.
DELETE FROM match_key
USING unnest($1::bigint[], $2::uuid[]) AS gone (key, customer_id)
WHERE match_key.key = gone.key AND match_key.customer_id = gone.customer_id;

-- name: add_keys
-- Under the keys $1 the customers $2 meet others.
INSERT INTO match_key (key, customer_id)
SELECT key, customer_id FROM unnest($1::bigint[], $2::uuid[]) AS new (key, customer_id)
ON CONFLICT (key, customer_id) DO NOTHING;

-- name: count_names
-- The names $2 of the fields $1 are those of $3 more customers.
INSERT INTO name_frequency (field, name, customers)
SELECT field, name, customers FROM unnest($1::text[], $2::text[], $3::bigint[]) AS more (field, name, customers)
ON CONFLICT (field, name) DO UPDATE SET customers = name_frequency.customers + excluded.customers;
