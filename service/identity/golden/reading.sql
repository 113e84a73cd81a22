-- name: read_statements
-- What is said of each of the merge sets of customers $1, as JSON in the shape of SetStatements: the survivor with its version,
-- its members as their own records have it, the facts $2, and what sources state and people pinned. Look-ups per customer.
SELECT json_build_object(
    'survivor_id', survivor.customer_id,
    'version', (SELECT c.version FROM customer c WHERE c.customer_id = survivor.customer_id),
    'members', (
        SELECT json_agg(json_build_object(
            'customer_id', m.customer_id, 'name', m.name, 'language', m.language, 'since', m.since, 'name_at', m.name_at,
            'language_at', m.language_at
        ))
        FROM customer m
        WHERE m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id
    ),
    'facts', coalesce((
        SELECT json_agg(found)
        FROM customer m
        CROSS JOIN LATERAL (
            SELECT f.customer_id, f.name, f.value, f.source, f.at, f.verified, f.vouched
            FROM fact f
            WHERE f.customer_id = m.customer_id AND f.name = ANY ($2::text[])
        ) AS found
        WHERE m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id
    ), '[]'),
    'statements', coalesce((
        SELECT json_agg(found)
        FROM customer m
        CROSS JOIN LATERAL (
            SELECT s.customer_id, s.field, s.position, s.value, s.normal, s.source, s.external_id, s.stated_at, s.verified,
                s.trust, s.pinned
            FROM golden_statement s
            WHERE s.customer_id = m.customer_id
            LIMIT 2000
        ) AS found
        WHERE m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id
    ), '[]')
)::text AS document
FROM (
    SELECT DISTINCT coalesce(c.merged_into, c.customer_id) AS customer_id
    FROM customer c
    WHERE c.customer_id = ANY ($1::uuid[])
) AS survivor
ORDER BY survivor.customer_id;

-- name: read_rules
-- The rules that differ from the shipped ones.
SELECT field, rule, sources FROM survivorship
ORDER BY field;
