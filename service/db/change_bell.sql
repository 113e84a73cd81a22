-- name: ring
-- Wake the workers that sleep.
NOTIFY askonce_change;
