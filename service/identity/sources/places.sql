-- name: store_places
-- Places $3, by their keys $4, have the postal codes $2 in countries $1; gives how many were not there.
WITH stored AS (
    INSERT INTO place (country, postal_code, place_key, place)
    SELECT DISTINCT ON (country, postal_code, place_key) country, postal_code, place_key, place
    FROM unnest($1::text[], $2::text[], $4::text[], $3::text[]) AS new (country, postal_code, place_key, place)
    ORDER BY country, postal_code, place_key, place
    ON CONFLICT (country, postal_code, place_key) DO NOTHING
    RETURNING country
)
SELECT count(*) FROM stored;

-- name: read_places
-- The keys of all places with postal codes $2 in countries $1, and of none whether the country has any place ($1 alone).
SELECT asked.country, asked.postal_code,
    ARRAY(
        SELECT p.place_key FROM place p
        WHERE p.country = asked.country AND p.postal_code = asked.postal_code
        ORDER BY p.place_key
    ) AS place_keys,
    EXISTS (SELECT FROM place p WHERE p.country = asked.country) AS is_loaded
FROM unnest($1::text[], $2::text[]) AS asked (country, postal_code);
