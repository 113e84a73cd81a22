-- concurrently
CREATE UNIQUE INDEX event_before_pkey ON event (event_id, created_at);

-- in a transaction
-- The journal and the audit of reads are kept for a time. Those of a month are a table of their own, which goes as a whole once
-- its last row has gone: so they leave no room behind that is never used again.
ALTER TABLE event RENAME TO event_before;
ALTER TABLE event_before DROP CONSTRAINT event_pkey;
ALTER TABLE event_before ADD PRIMARY KEY USING INDEX event_before_pkey;
CREATE TABLE event (LIKE event_before, PRIMARY KEY (event_id, created_at)) PARTITION BY RANGE (created_at);
SELECT begin_partitions('event', 'created_at', 'month');

ALTER TABLE read_audit RENAME TO read_audit_before;
ALTER TABLE read_audit_before RENAME CONSTRAINT read_audit_pkey TO read_audit_before_pkey;
ALTER INDEX read_audit_customers RENAME TO read_audit_before_customers;
CREATE TABLE read_audit (LIKE read_audit_before, PRIMARY KEY (read_at, key_id, view)) PARTITION BY RANGE (read_at);
CREATE INDEX read_audit_customers ON read_audit USING gin (customer_ids);
SELECT begin_partitions('read_audit', 'read_at', 'month');

-- Drops the partitions of `parent` that are empty and end before `before`; gives how many. What came before the first month and
-- what comes after the last have theirs for ever. If others use the table for too long, it fails.
CREATE FUNCTION drop_empty_partitions(parent text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SET lock_timeout = '500ms' SET timezone = 'UTC' AS $$
DECLARE
    child text;
    is_used boolean;
    dropped integer := 0;
BEGIN
    FOR child IN
        SELECT c.relname
        FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = parent::regclass AND c.relname NOT IN (parent || '_before', parent || '_later')
            AND (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''(.*?)''\)'))[1]::timestamptz <= before
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', child) INTO is_used;
        CONTINUE WHEN is_used;
        EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', child) INTO is_used;
        CONTINUE WHEN is_used;
        EXECUTE format('DROP TABLE %I', child);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

-- Their rows come and go all the time: they are cleaned once a thousand have gone, however many there were once, and at full
-- speed, since a claim reads over what was not cleaned yet. What is planned for them does not depend on their number.
ALTER TABLE outbox SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000
);
ALTER TABLE timer SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE webhook_delivery SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE handoff_report_due SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);
