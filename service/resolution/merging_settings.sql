-- name: read_merging
-- What a worker may merge; no row as long as nothing was set.
SELECT verified_identity, rules::text AS rules FROM merging_setting;

-- name: write_merging
-- A worker may merge the owners of a verified identity if $1, and by the rules $2 (JSON); set at $3 by key $4.
INSERT INTO merging_setting (verified_identity, rules, changed_at, changed_by)
VALUES ($1, $2::jsonb, $3, $4)
ON CONFLICT (one_row) DO UPDATE SET
    verified_identity = excluded.verified_identity, rules = excluded.rules, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by;

-- name: begin_sweep
-- The worker goes through all customers once more.
UPDATE match_state SET sweep = '00000000-0000-0000-0000-000000000000';
