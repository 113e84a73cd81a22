-- name: read_customers
-- The survivor of each of the customers $1, or if not $2 the customer alone, as JSON in the shape of Customer, with the id that
-- was asked for. What the survivor does not say of itself, others of its merge set do; no channel is preferred that one of
-- them refuses.
SELECT asked.customer_id, json_build_object(
    'id', c.customer_id, 'version', c.version, 'name', coalesce(c.name, others.names[1]),
    'language', coalesce(c.language, others.languages[1]),
    'preferred_channel', (
        SELECT m.preferred_channel
        FROM customer m
        WHERE (m.customer_id = c.customer_id OR m.merged_into = c.customer_id) AND m.preferred_channel IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM customer r
                WHERE (r.customer_id = c.customer_id OR r.merged_into = c.customer_id)
                    AND r.channel_wishes ->> m.preferred_channel::text = 'refused'
            )
        ORDER BY m.merged_into NULLS FIRST, m.customer_id
        LIMIT 1
    ),
    'communication_style', coalesce(c.communication_style, others.communication_styles[1]),
    'segments', c.segments || ARRAY(
        SELECT DISTINCT segment
        FROM customer m
        CROSS JOIN unnest(m.segments) AS segment
        WHERE m.merged_into = c.customer_id AND segment <> ALL (c.segments)
        ORDER BY segment
    ),
    'since', least(c.since, others.since),
    'identities', coalesce((
        SELECT json_agg(json_build_object('kind', i.kind, 'value', i.value, 'verified', i.verified)
            ORDER BY i.created_at, i.kind, i.value)
        FROM identity i
        WHERE i.customer_id = ANY (ARRAY(  -- an OR would go through all identities
            SELECT c.customer_id
            UNION ALL
            SELECT m.customer_id FROM customer m WHERE m.merged_into = c.customer_id
        ))
    ), '[]'),
    'merged', coalesce((
        SELECT json_agg(m.customer_id ORDER BY m.customer_id) FROM customer m WHERE m.merged_into = c.customer_id
    ), '[]')
) AS document
FROM customer asked
JOIN customer c ON c.customer_id = CASE WHEN $2 THEN coalesce(asked.merged_into, asked.customer_id) ELSE asked.customer_id END
CROSS JOIN LATERAL (
    SELECT min(m.since) AS since,
        array_agg(m.name ORDER BY m.customer_id) FILTER (WHERE m.name IS NOT NULL) AS names,
        array_agg(m.language ORDER BY m.customer_id) FILTER (WHERE m.language IS NOT NULL) AS languages,
        array_agg(m.communication_style ORDER BY m.customer_id)
            FILTER (WHERE m.communication_style IS NOT NULL) AS communication_styles
    FROM customer m
    WHERE m.merged_into = c.customer_id
) AS others
WHERE asked.customer_id = ANY((SELECT $1::uuid[])::uuid[]);

-- name: create_customer
-- A customer $1 with name $2, name key $3, language $4, preferred channel $5, communication style $6 and segments $7, since $8.
INSERT INTO customer (
    customer_id, name, name_key, language, preferred_channel, communication_style, segments, since
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: change_customers
-- Customers $1 change in the fields $2 (parted by blanks): names $3 (with their keys $4), languages $5, preferred channels $6,
-- communication styles $7, segments $8 (JSON arrays), at $9. A channel that becomes the preferred one is refused no longer.
UPDATE customer SET
    name = CASE WHEN 'name' = ANY (wanted.fields) THEN wanted.name ELSE customer.name END,
    name_key = CASE WHEN 'name' = ANY (wanted.fields) THEN wanted.name_key ELSE customer.name_key END,
    name_at = CASE WHEN 'name' = ANY (wanted.fields) THEN $9 ELSE name_at END,
    language = CASE WHEN 'language' = ANY (wanted.fields) THEN wanted.language ELSE customer.language END,
    language_at = CASE WHEN 'language' = ANY (wanted.fields) THEN $9 ELSE language_at END,
    preferred_channel = CASE
        WHEN 'preferred_channel' = ANY (wanted.fields) THEN wanted.preferred_channel
        ELSE customer.preferred_channel
    END,
    channel_wishes = CASE
        WHEN 'preferred_channel' = ANY (wanted.fields) AND wanted.preferred_channel IS NOT NULL
            THEN channel_wishes - wanted.preferred_channel::text
        ELSE channel_wishes
    END,
    communication_style = CASE
        WHEN 'communication_style' = ANY (wanted.fields) THEN wanted.communication_style
        ELSE customer.communication_style
    END,
    segments = CASE
        WHEN 'segments' = ANY (wanted.fields) THEN ARRAY(SELECT jsonb_array_elements_text(wanted.segments::jsonb))
        ELSE customer.segments
    END
FROM (
    SELECT
        customer_id, string_to_array(field_names, ' ') AS fields, name, name_key, language, preferred_channel,
        communication_style, segments
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::channel[], $7::text[], $8::text[])
        AS one (
            customer_id, field_names, name, name_key, language, preferred_channel, communication_style, segments
        )
) AS wanted
WHERE customer.customer_id = wanted.customer_id;

-- name: remove_identities
-- The identities ($2 kinds, $3 values) of the merge set of $1 are gone; gives those that were there.
DELETE FROM identity
USING unnest($2::identity_kind[], $3::text[]) AS unwanted (kind, value)
WHERE identity.kind = unwanted.kind
    AND identity.value = unwanted.value
    AND (
        identity.customer_id = $1
        OR identity.customer_id IN (SELECT m.customer_id FROM customer m WHERE m.merged_into = $1)
    )
RETURNING identity.kind, identity.value;
