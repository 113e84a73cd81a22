-- name: list_columns
-- The columns of table $1 that are stored as they are given, in their order.
SELECT array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_attribute a
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';

-- name: select_columns
-- The statement that gives these columns of table $1, with the rows of all its partitions.
SELECT format('SELECT %s FROM %I', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), $1::text)
FROM pg_attribute a
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
