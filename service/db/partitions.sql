-- name: add_partitions
-- Add the partitions of table $1 that times up to $3 need, one for each $2, which is year or month; gives how many.
SELECT add_partitions($1, $2, $3);

-- name: drop_empty_partitions
-- Drop the partitions of table $1 that are empty and end before $2; gives how many.
SELECT drop_empty_partitions($1, $2);

-- name: absorb_empty_partitions
-- Drop the oldest partitions of table $1 that are empty and end before $2, whose times the first one takes over; gives how many.
SELECT absorb_empty_partitions($1, $2);
