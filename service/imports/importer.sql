-- name: find_progress
-- How far the import of file $1 as kind $2 came.
SELECT rows_read, rows_stored, rows_known, rows_refused
FROM import_progress
WHERE file_hash = $1 AND kind = $2;

-- name: store_progress
-- The import of file $1 as kind $2 has read $3 rows: $4 stored, $5 known before, $6 refused, at $7.
INSERT INTO import_progress (file_hash, kind, rows_read, rows_stored, rows_known, rows_refused, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (file_hash, kind) DO UPDATE SET
    rows_read = excluded.rows_read, rows_stored = excluded.rows_stored, rows_known = excluded.rows_known,
    rows_refused = excluded.rows_refused, updated_at = excluded.updated_at;
