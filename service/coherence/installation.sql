-- name: read_installation
-- What cached views belong to, whether that has held for $1, whether the row was written in this database (NULL on a
-- standby), how far the write-ahead log is on disk, for how many seconds the oldest change has waited for the drop of its
-- views, which version of the guidance views show, and whether any customer is restricted.
SELECT
    i.history, i.space, i.server,
    i.claimed_at < clock_timestamp() - $1::interval AS settled,
    (i.origin, i.written_by) = (database_origin(), i.xmin::text) AS genuine,
    CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() - '0/0' END::bigint AS position,
    coalesce(
        extract(
            EPOCH FROM clock_timestamp() - least(
                (SELECT o.written_at FROM outbox o ORDER BY o.outbox_id LIMIT 1),
                (SELECT min(u.written_at) FROM undropped_view u)
            )
        ),
        0
    )::double precision AS undropped_s,
    (SELECT g.version FROM guidance g) AS guidance,
    EXISTS (SELECT FROM customer c WHERE c.restricted) AS any_restricted
FROM installation i;

-- name: read_space
-- The space that is recorded now, and the servers that it is on.
SELECT space, server FROM installation;

-- name: renew_history
-- Begin the history $1 with the space $2, if the space is still $3. Without customers there is nothing to confuse, and the
-- history keeps its name.
UPDATE installation i
SET
    history = CASE WHEN EXISTS (SELECT 1 FROM customer) THEN $1 ELSE i.history END,
    origin = database_origin(),
    written_by = pg_current_xact_id()::xid::text,
    space = $2,
    server = '',
    claimed_at = CASE WHEN EXISTS (SELECT 1 FROM customer) THEN clock_timestamp() ELSE i.claimed_at END
WHERE i.space = $3
RETURNING i.space;

-- name: claim_space
-- Record the space $1 of server $2, if the space is still $3.
UPDATE installation
SET
    space = $1,
    server = $2,
    written_by = pg_current_xact_id()::xid::text,
    claimed_at = CASE WHEN server = '' THEN claimed_at ELSE clock_timestamp() END
WHERE space = $3
RETURNING space;

-- name: record_servers
-- Record the servers $1 of the space $2, if they are still $3.
UPDATE installation
SET
    server = $1,
    written_by = pg_current_xact_id()::xid::text,
    claimed_at = clock_timestamp()
WHERE space = $2 AND server = $3
RETURNING space;

-- name: forget_undropped
-- Nothing is to be dropped in a new space: what is stored there was read after its beginning.
DELETE FROM undropped_view
WHERE customer_id IN (SELECT customer_id FROM undropped_view ORDER BY customer_id FOR UPDATE SKIP LOCKED);
