-- name: find_progress
-- How far the import of file $1 as kind $2 came, and the parts of it, whose names begin with the kind.
SELECT kind, rows_read, rows_stored, rows_known, rows_refused
FROM import_progress
WHERE file_hash = $1 AND (kind = $2 OR starts_with(kind, $2 || ' '));

-- name: store_progress
-- Part $2 of file $1 has read $3 rows: $4 stored, $5 known before, $6 refused, at $7.
INSERT INTO import_progress (file_hash, kind, rows_read, rows_stored, rows_known, rows_refused, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (file_hash, kind) DO UPDATE SET
    rows_read = excluded.rows_read, rows_stored = excluded.rows_stored, rows_known = excluded.rows_known,
    rows_refused = excluded.rows_refused, updated_at = excluded.updated_at;

-- name: finish_window
-- The parts $3 of file $1 are done: what they came to joins that of kind $2, of which $4 rows are read now, at $5. Gives the
-- sums.
WITH done AS (
    DELETE FROM import_progress
    WHERE file_hash = $1 AND kind = ANY ($3::text[])
    RETURNING rows_stored, rows_known, rows_refused
),
finished AS (
    INSERT INTO import_progress AS file (
        file_hash, kind, rows_read, rows_stored, rows_known, rows_refused, updated_at
    )
    SELECT
        $1, $2, $4, coalesce(sum(rows_stored), 0), coalesce(sum(rows_known), 0), coalesce(sum(rows_refused), 0), $5
    FROM done
    ON CONFLICT (file_hash, kind) DO UPDATE SET
        rows_read = greatest(file.rows_read, excluded.rows_read),
        rows_stored = file.rows_stored + excluded.rows_stored,
        rows_known = file.rows_known + excluded.rows_known,
        rows_refused = file.rows_refused + excluded.rows_refused,
        updated_at = excluded.updated_at
    RETURNING rows_read, rows_stored, rows_known, rows_refused
)
SELECT rows_read, rows_stored, rows_known, rows_refused FROM finished;
