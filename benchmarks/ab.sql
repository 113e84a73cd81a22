-- name: count_waiting
-- How many changes wait to be told, and how many told ones the rooms that follow the journal have not seen; a run over all
-- customers that is under way counts as one.
SELECT (SELECT count(*) FROM outbox)
    + (SELECT c.events - p.event_id + (p.sweep IS NOT NULL)::int FROM search_position p CROSS JOIN event_count c)
    + (SELECT c.events - p.event_id + (p.sweep IS NOT NULL)::int FROM insight_position p CROSS JOIN event_count c)
    + (SELECT c.events - p.event_id + (p.sweep IS NOT NULL)::int FROM match_state p CROSS JOIN event_count c)
    + (SELECT c.events - p.event_id + (p.sweep IS NOT NULL)::int FROM golden_position p CROSS JOIN event_count c) AS waiting;

-- name: count_untold
-- How many changes wait to be told, in a checkout without rooms that follow the journal.
SELECT count(*) AS waiting FROM outbox;

-- name: count_log_bytes
-- How many bytes of write-ahead log were ever written.
SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn;
