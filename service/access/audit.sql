-- name: insert_reads
-- Adds who read whose context. $1 when, $2 key, $3 view, $4 customers; those who were erased since are left out.
INSERT INTO read_audit (read_at, key_id, view, customer_ids)
VALUES ($1, $2, $3, ARRAY(
    SELECT one FROM unnest($4::uuid[]) AS one WHERE NOT EXISTS (SELECT FROM erased_customer e WHERE e.customer_id = one)
))
ON CONFLICT (read_at, key_id, view) DO UPDATE SET customer_ids = read_audit.customer_ids || excluded.customer_ids;
