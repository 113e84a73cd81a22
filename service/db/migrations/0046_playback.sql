-- What of golden records their sources were told. Erasure deletes golden_change of the customer.

-- The last thing that the record of a source was told: `told` holds by field the digests of the values of the golden
-- record that the record itself does not state, and fields without any of which a value went that it had been told. `sequence` is the place in the feed of changes, `delivered` that of the change
-- that arrived at the source's webhook last. `due_at` is when to send next, NULL for never; a try that runs holds the row until
-- `leased_until` and sends `sent`. `queued_at` is since when it is tried, `failure` why the last try failed.
CREATE TABLE golden_change (
    source text NOT NULL,
    external_id text NOT NULL,
    customer_id uuid NOT NULL,
    sequence bigint NOT NULL,
    told jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    delivered bigint NOT NULL DEFAULT 0,
    due_at timestamptz,
    leased_until timestamptz,
    sent bigint,
    queued_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    failure text,
    PRIMARY KEY (source, external_id)
);
CREATE UNIQUE INDEX golden_change_feed ON golden_change (source, sequence);
CREATE INDEX golden_change_due ON golden_change (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX golden_change_customer ON golden_change (customer_id);

-- Up to which event golden records were compared with what their sources state, how far the run over all records is (NULL
-- without one), the digest of the rules that this was done by, and the last sequence. One row, held by what writes changes.
CREATE TABLE golden_position (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    event_id bigint NOT NULL,
    sweep uuid,
    rules text,
    sequence bigint NOT NULL DEFAULT 0
);
INSERT INTO golden_position (event_id)
SELECT events FROM event_count;

-- Held by the worker that claims changes to send.
CREATE TABLE golden_claims (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only));
INSERT INTO golden_claims DEFAULT VALUES;
