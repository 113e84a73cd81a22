-- name: find_records
-- The records ($1 sources, $2 external ids) that are known, and their customers.
SELECT r.source, r.external_id, r.customer_id
FROM unnest($1::text[], $2::text[]) AS asked (source, external_id)
JOIN source_record r ON r.source = asked.source AND r.external_id = asked.external_id;

-- name: read_states
-- The records ($1 sources, $2 external ids) with what they state now, a row for each value; one row without a value if none.
SELECT r.source, r.external_id, r.customer_id, r.stated_at AS record_stated_at, r.verified AS record_verified,
    v.value_id, v.field, v.position, v.value::text AS value, v.normal, v.verified
FROM unnest($1::text[], $2::text[]) AS asked (source, external_id)
JOIN source_record r ON r.source = asked.source AND r.external_id = asked.external_id
LEFT JOIN customer_value v ON v.customer_id = r.customer_id AND v.source = r.source AND v.external_id = r.external_id
    AND v.ended_at IS NULL
ORDER BY r.source, r.external_id, v.field, v.position, v.value_id;

-- name: create_customers
-- Customers $1 with names $2, name keys $3 and languages $4, since $5; their first version is still to be recorded.
INSERT INTO customer (customer_id, version, name, name_key, language, since)
SELECT customer_id, 0, name, name_key, language, $5
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS new (customer_id, name, name_key, language);

-- name: follow_profiles
-- Customers $1 without a name have the name $2 (with its key $3), and those with the name $5 that a record stated before;
-- so with languages $4 and $6.
UPDATE customer SET
    name = CASE WHEN customer.name IS NULL OR customer.name = new.old_name THEN coalesce(new.name, customer.name)
        ELSE customer.name END,
    name_key = CASE WHEN customer.name IS NULL OR customer.name = new.old_name THEN coalesce(new.name_key, customer.name_key)
        ELSE customer.name_key END,
    language = CASE WHEN customer.language IS NULL OR customer.language = new.old_language
        THEN coalesce(new.language, customer.language) ELSE customer.language END
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS new (customer_id, name, name_key, language, old_name, old_language)
WHERE customer.customer_id = new.customer_id;

-- name: write_records
-- Store records $1, their values $2, the values ($3 customers, $4 ids) that ended at $8, the places $7 that values ($5
-- customers, $6 ids) have now, and late values $9 unless they are there. Sources that are not known get their name as title. Gives how many
-- records are stored: not those of another customer than in $1.
WITH declared AS (
    INSERT INTO source (source, title, changed_at)
    SELECT DISTINCT source, source, $8::timestamptz FROM unnest($1::source_record_row[])
    ORDER BY source
    ON CONFLICT (source) DO NOTHING
),
stored AS (
    INSERT INTO source_record (
        source, external_id, customer_id, stated_at, verified, created_at, changed_at, name, name_key
    )
    SELECT source, external_id, customer_id, stated_at, verified, changed_at, changed_at, name, name_key
    FROM unnest($1::source_record_row[])
    ORDER BY source, external_id
    ON CONFLICT (source, external_id) DO UPDATE SET
        stated_at = excluded.stated_at, verified = excluded.verified, changed_at = excluded.changed_at,
        name = excluded.name, name_key = excluded.name_key
    WHERE source_record.customer_id = excluded.customer_id
    RETURNING source
),
ended AS (
    UPDATE customer_value SET ended_at = $8
    FROM unnest($3::uuid[], $4::uuid[]) AS over (customer_id, value_id)
    WHERE customer_value.customer_id = over.customer_id AND customer_value.value_id = over.value_id
    RETURNING customer_value.source, customer_value.field, customer_value.quality
),
moved AS (
    UPDATE customer_value SET position = new.position
    FROM unnest($5::uuid[], $6::uuid[], $7::smallint[]) AS new (customer_id, value_id, position)
    WHERE customer_value.customer_id = new.customer_id AND customer_value.value_id = new.value_id
),
added AS (
    INSERT INTO customer_value (
        customer_id, value_id, source, external_id, field, position, value, normal, stated_at, registered_at, verified,
        quality, ended_at
    )
    SELECT
        customer_id, value_id, source, external_id, field, position, value, normal, stated_at, registered_at, verified,
        quality, ended_at
    FROM unnest($2::customer_value_row[])
    UNION ALL
    SELECT
        late.customer_id, late.value_id, late.source, late.external_id, late.field, late.position, late.value, late.normal,
        late.stated_at, late.registered_at, late.verified, late.quality, late.ended_at
    FROM unnest($9::customer_value_row[]) AS late
    WHERE NOT EXISTS (
        SELECT FROM customer_value known
        WHERE known.customer_id = late.customer_id AND known.source = late.source
            AND known.external_id = late.external_id AND known.field = late.field AND known.value = late.value
            AND known.stated_at = late.stated_at
    )
),
counted AS (
    INSERT INTO quality_count (source, field, verdict, values)
    SELECT source, field, verdict, sum(values)
    FROM (
        SELECT source, field, quality ->> 'verdict' AS verdict, 1 AS values
        FROM unnest($2::customer_value_row[])
        WHERE quality IS NOT NULL AND ended_at IS NULL
        UNION ALL
        SELECT source, field, quality ->> 'verdict', -1 FROM ended WHERE quality IS NOT NULL
    ) AS each
    GROUP BY source, field, verdict
    HAVING sum(values) <> 0
)
SELECT count(*) FROM stored;
