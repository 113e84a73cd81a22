-- What decides whether cached views may be believed.

-- Which cluster, timeline and database this is: a restored or copied database differs in one of them. NULL on a standby.
CREATE FUNCTION database_origin() RETURNS text LANGUAGE sql STABLE AS $$
SELECT CASE WHEN NOT pg_is_in_recovery() THEN
    concat_ws(
        '/',
        (SELECT system_identifier FROM pg_control_system()),
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
        (SELECT oid FROM pg_database WHERE datname = current_database())
    )
END
$$;

-- The one row that says what cached views belong to. `space` is part of every key in Redis, and is new for every `server`
-- (a run of Redis as primary) and every `history` (empty, until a database with customers is restored or copied).
-- `origin` and `written_by`, the transaction that wrote the row, show that: a restored row was written by another one.
CREATE TABLE installation (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    history text NOT NULL,
    origin text NOT NULL,
    written_by text NOT NULL,
    space text NOT NULL,
    server text NOT NULL,
    claimed_at timestamptz NOT NULL
);
INSERT INTO installation (history, origin, written_by, space, server, claimed_at)
SELECT '', database_origin(), pg_current_xact_id()::xid::text, left(md5(gen_random_uuid()::text), 16), '', '-infinity';

-- Since when a row waits, by the clock that says how long it has waited. Conservative: the commit comes later.
ALTER TABLE outbox ADD COLUMN written_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- Customers of changes that subscribers were told of while Redis was out of reach: views older than `version` are to be
-- dropped.
CREATE TABLE undropped_view (
    customer_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE INDEX undropped_view_written ON undropped_view (written_at);
