-- name: is_read_only
-- Whether this session could write: a standby never can, and a primary that is being replaced may be told not to.
SELECT current_setting('transaction_read_only')::boolean;

-- name: store_page
-- A page that is stored nowhere else and is gone with the transaction: it needs room as every new row does.
CREATE TEMPORARY TABLE askonce_page ON COMMIT DROP AS SELECT repeat('x', 1000) AS filling;
