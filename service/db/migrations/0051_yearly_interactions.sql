-- concurrently
-- The interactions of a customer by their time, and by their version: by ten minutes and by 32 versions, of which those of
-- one customer share an entry. A conversation's reference is looked for among those of its customer.
CREATE INDEX interaction_before_times ON interaction (customer_id, ten_minutes_of(occurred_at));
CREATE INDEX interaction_before_versions ON interaction (customer_id, (version / 32));
CREATE INDEX conversation_customer_ref ON conversation (customer_id, ref) WHERE ref IS NOT NULL;

-- in a transaction
DROP INDEX conversation_ref;

-- Interactions of a year are a table of their own. Those that are here when this is applied stay where they are, in a table of
-- all years up to this one. A receipt makes an event one; there is no unique key of interactions besides.
DROP VIEW rating;
ALTER TABLE interaction RENAME TO interaction_before;
ALTER TABLE interaction_before DROP CONSTRAINT interaction_pkey;
DROP INDEX interaction_version;
ALTER INDEX interaction_rating RENAME TO interaction_before_rating;
ALTER INDEX interaction_asked_again RENAME TO interaction_before_asked_again;
ALTER INDEX interaction_concern RENAME TO interaction_before_concern;

CREATE TABLE interaction (LIKE interaction_before) PARTITION BY RANGE (ten_minutes_of(occurred_at));
CREATE INDEX interaction_times ON interaction (customer_id, ten_minutes_of(occurred_at));
CREATE INDEX interaction_versions ON interaction (customer_id, (version / 32));
CREATE INDEX interaction_rating ON interaction (occurred_at) WHERE details ? 'rating';
CREATE INDEX interaction_asked_again ON interaction (occurred_at) WHERE repeated_questions > 0;
CREATE INDEX interaction_concern ON interaction (occurred_at) WHERE kind = 'concern';

-- Divides an empty partitioned table, which is `parent`, at the end of the present year or month (`period`): what was stored in
-- the table `parent`_before is before that, `parent`_later takes what comes after the last of the periods that there are.
CREATE FUNCTION begin_partitions(parent text, column_name text, period text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    newest timestamptz;
    border timestamptz;
BEGIN
    EXECUTE format('SELECT max(%I) FROM %I', column_name, parent || '_before') INTO newest;
    border := (date_trunc(period, greatest(now(), newest), 'UTC') AT TIME ZONE 'UTC' + ('1 ' || period)::interval) AT TIME ZONE 'UTC';
    EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', parent, parent || '_before', border
    );
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (MAXVALUE)', parent || '_later', parent, border);
END
$$;

-- Adds the partitions of `parent` up to that of `until`, one a year or month (`period`), named by it; gives how many. Each was
-- `parent`_later before, with what was stored there already. If others use the table for too long, it fails.
CREATE FUNCTION add_partitions(parent text, period text, until timestamptz) RETURNS integer
LANGUAGE plpgsql SET lock_timeout = '500ms' SET timezone = 'UTC' AS $$
DECLARE
    later text := parent || '_later';
    key text := (regexp_match(pg_get_partkeydef(parent::regclass), 'RANGE \((.*)\)'))[1];
    added integer := 0;
    starts timestamptz;
    ends timestamptz;
    name text;
BEGIN
    LOOP
        SELECT (regexp_match(pg_get_expr(relpartbound, oid), 'FROM \(''(.*?)''\)'))[1]::timestamptz INTO STRICT starts
        FROM pg_class WHERE oid = later::regclass;
        EXIT WHEN starts > until OR (added = 0 AND NOT pg_try_advisory_xact_lock(hashtext(later)));
        ends := starts + ('1 ' || period)::interval;
        name := parent || to_char(starts, CASE period WHEN 'year' THEN '_YYYY' ELSE '_YYYY_MM' END);
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, later);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', later, name);
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (MAXVALUE)', later, parent, ends);
        EXECUTE format(
            'WITH moved AS (DELETE FROM %I WHERE %s >= %L RETURNING *) INSERT INTO %I SELECT * FROM moved', name, key, ends, later
        );
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, starts, ends);
        added := added + 1;
    END LOOP;
    RETURN added;
END
$$;

SELECT begin_partitions('interaction', 'occurred_at', 'year');

-- Every rating with the question that it answers; what other channels rate counts as satisfaction on its own scale. `is_top`:
-- satisfied (80 % of the scale or more: 4 or 5 of 5), would recommend (9 or 10 of 10), was easy (5 to 7 of 7). `is_bottom`:
-- would not recommend (0 to 6); of the other questions whatever is not at the top.
CREATE VIEW rating AS
SELECT i.customer_id, i.occurred_at, i.interaction_id, i.conversation_id, i.channel, i.source = 'askonce:survey' AS by_survey,
    said.question,
    CASE said.question
        WHEN 'nps' THEN said.value >= 9
        WHEN 'effort' THEN said.value >= 5
        ELSE said.value >= 0.8 * said.scale
    END AS is_top,
    CASE said.question
        WHEN 'nps' THEN said.value <= 6
        WHEN 'effort' THEN said.value < 5
        ELSE said.value < 0.8 * said.scale
    END AS is_bottom
FROM interaction i
CROSS JOIN LATERAL (
    SELECT (i.details -> 'rating' ->> 'value')::numeric AS value, (i.details -> 'rating' ->> 'scale')::numeric AS scale,
        CASE WHEN i.source = 'askonce:survey' THEN i.details -> 'data' ->> 'question' ELSE 'csat' END AS question
) AS said
WHERE i.details ? 'rating';
