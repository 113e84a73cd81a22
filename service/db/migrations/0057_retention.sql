-- What goes after its time: how far that has come, what stays behind of it as numbers, and who said why a customer was opened.

-- How far a run over all customers has come (`sweep` is the last one, NULL between two runs), and when the last one began.
CREATE TABLE retention_position (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    sweep uuid,
    swept_at timestamptz
);
INSERT INTO retention_position DEFAULT VALUES;

-- What has gone, by the company's days: `n` times `item` happened, about `about` (a fact, a question, a kind), at `place` (a
-- channel or a queue). Empty where it is about nothing or nowhere. Nothing in it leads to a person.
CREATE TABLE expired_count (
    day date NOT NULL,
    item text NOT NULL,
    about text NOT NULL,
    place text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (day, item, about, place)
);

-- Why a key or an agent opened a customer, from `given_at` to before `until`: `choice` is one of a few reasons, `note` their own
-- words. Erasing the customer deletes it.
CREATE TABLE read_reason (
    customer_id uuid NOT NULL,
    key_id uuid NOT NULL,
    given_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    choice text NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (customer_id, key_id, given_at)
);
CREATE INDEX read_reason_given ON read_reason (given_at);

-- What was answered to events of which the interactions have gone since, beside their receipts.
CREATE TABLE expired_receipt (
    digest uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    interaction_id uuid NOT NULL,
    conversation_id uuid NOT NULL
);
CREATE INDEX expired_receipt_customer ON expired_receipt (customer_id);

-- Gives the time of partitions of `parent` that ended before `before` and are empty to the first partition, and drops them; gives
-- how many. The oldest goes first, so that every time keeps its place. Only while the first is small (rows under a hold), since
-- it is read through for its new end. If others use the table for too long, it fails.
CREATE FUNCTION absorb_empty_partitions(parent text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SET lock_timeout = '500ms' SET timezone = 'UTC' AS $$
DECLARE
    eldest text := parent || '_before';
    child text;
    ends timestamptz;
    is_used boolean;
    absorbed integer := 0;
BEGIN
    LOOP
        SELECT c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''(.*?)''\)'))[1]::timestamptz
        INTO child, ends
        FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = parent::regclass AND c.relname NOT IN (eldest, parent || '_later')
        ORDER BY c.relname
        LIMIT 1;
        EXIT WHEN child IS NULL OR ends > before OR pg_relation_size(eldest::regclass) > 8 * 1024 * 1024;
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', child) INTO is_used;
        EXIT WHEN is_used;
        EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', child) INTO is_used;
        EXIT WHEN is_used;
        EXECUTE format('DROP TABLE %I', child);
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, eldest);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', parent, eldest, ends);
        absorbed := absorbed + 1;
    END LOOP;
    RETURN absorbed;
END
$$;

-- Whether nothing of a customer may go at a moment: the customer is restricted, or a hold keeps one of the merge set.
CREATE FUNCTION is_kept(of_customer uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT c.restricted OR EXISTS (
    SELECT FROM hold h
    JOIN customer m ON m.customer_id = h.customer_id
    WHERE (h.until IS NULL OR h.until > at) AND coalesce(m.merged_into, m.customer_id) = coalesce(c.merged_into, c.customer_id)
)
FROM customer c
WHERE c.customer_id = of_customer
$$;
