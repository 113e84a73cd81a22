-- name: read_customer
-- The survivor of customer $1, or if not $2 the customer alone, as JSON in the shape of Customer. What the survivor does not
-- say of itself, others of its merge set do; no channel is preferred that one of them refuses.
SELECT json_build_object(
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
        WHERE i.customer_id = c.customer_id
            OR i.customer_id IN (SELECT m.customer_id FROM customer m WHERE m.merged_into = c.customer_id)
    ), '[]'),
    'merged', coalesce((
        SELECT json_agg(m.customer_id ORDER BY m.customer_id) FROM customer m WHERE m.merged_into = c.customer_id
    ), '[]')
)
FROM customer asked
JOIN customer c ON c.customer_id = CASE WHEN $2 THEN coalesce(asked.merged_into, asked.customer_id) ELSE $1 END
CROSS JOIN LATERAL (
    SELECT min(m.since) AS since,
        array_agg(m.name ORDER BY m.customer_id) FILTER (WHERE m.name IS NOT NULL) AS names,
        array_agg(m.language ORDER BY m.customer_id) FILTER (WHERE m.language IS NOT NULL) AS languages,
        array_agg(m.communication_style ORDER BY m.customer_id)
            FILTER (WHERE m.communication_style IS NOT NULL) AS communication_styles
    FROM customer m
    WHERE m.merged_into = c.customer_id
) AS others
WHERE asked.customer_id = $1;

-- name: create_customer
-- A customer $1 with name $2, name key $3, language $4, preferred channel $5, communication style $6 and segments $7, since $8.
INSERT INTO customer (
    customer_id, name, name_key, language, preferred_channel, communication_style, segments, since
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: change_customer
-- Customer $1 changes in the fields $2: name $3 (with its key $4), language $5, preferred channel $6, communication style $7, segments $8,
-- at $9. A channel that becomes the preferred one is refused no longer.
UPDATE customer SET
    name = CASE WHEN 'name' = ANY ($2::text[]) THEN $3 ELSE name END,
    name_key = CASE WHEN 'name' = ANY ($2::text[]) THEN $4 ELSE name_key END,
    name_at = CASE WHEN 'name' = ANY ($2::text[]) THEN $9 ELSE name_at END,
    language = CASE WHEN 'language' = ANY ($2::text[]) THEN $5 ELSE language END,
    language_at = CASE WHEN 'language' = ANY ($2::text[]) THEN $9 ELSE language_at END,
    preferred_channel = CASE WHEN 'preferred_channel' = ANY ($2::text[]) THEN $6 ELSE preferred_channel END,
    channel_wishes = CASE
        WHEN 'preferred_channel' = ANY ($2::text[]) AND $6 IS NOT NULL THEN channel_wishes - $6::channel::text
        ELSE channel_wishes
    END,
    communication_style = CASE WHEN 'communication_style' = ANY ($2::text[]) THEN $7 ELSE communication_style END,
    segments = CASE WHEN 'segments' = ANY ($2::text[]) THEN $8 ELSE segments END
WHERE customer_id = $1;

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
