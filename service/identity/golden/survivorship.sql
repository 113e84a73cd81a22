-- name: delete_rules
-- All fields have their shipped rules.
DELETE FROM survivorship;

-- name: insert_rules
-- Fields $1 have the rules $2 with the sources $3 (JSON arrays, as texts).
INSERT INTO survivorship (field, rule, sources)
SELECT field, rule, ARRAY(SELECT jsonb_array_elements_text(sources::jsonb))
FROM unnest($1::text[], $2::text[], $3::text[]) AS new (field, rule, sources);
