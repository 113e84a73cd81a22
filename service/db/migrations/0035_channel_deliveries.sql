-- What became of the latest deliveries of each channel door, for those who operate it: ids and states, no content.

-- How a door answered: `refused` deliveries left nothing; a `failed` one was taken, but not all of it could be registered.
CREATE TYPE delivery_outcome AS ENUM ('accepted', 'duplicate', 'ignored', 'refused', 'failed');

-- `problem` is the type of the problem that the sender was told. Housekeeping keeps a few of each outcome for some days.
CREATE TABLE channel_delivery (
    instance_id uuid NOT NULL REFERENCES channel_instance (instance_id) ON DELETE CASCADE,
    delivery_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    outcome delivery_outcome NOT NULL,
    problem text,
    detail text,
    latency_ms real NOT NULL,
    registered integer NOT NULL,
    duplicates integer NOT NULL,
    interaction_ids uuid [] NOT NULL,
    customer_ids uuid [] NOT NULL,
    handoff_ids uuid [] NOT NULL,
    payload_id uuid,
    PRIMARY KEY (instance_id, delivery_id)
);
CREATE INDEX channel_delivery_of_outcome ON channel_delivery (instance_id, outcome, delivery_id);
CREATE INDEX channel_delivery_received ON channel_delivery (received_at);

CREATE TYPE channel_delivery_row AS (
    instance_id uuid,
    delivery_id uuid,
    received_at timestamptz,
    outcome delivery_outcome,
    problem text,
    detail text,
    latency_ms real,
    registered integer,
    duplicates integer,
    interaction_ids uuid [],
    customer_ids uuid [],
    handoff_ids uuid [],
    payload_id uuid
);

-- How many deliveries a door had on a day of the deployment's time zone, also those that are not kept one by one.
CREATE TABLE channel_delivery_count (
    instance_id uuid NOT NULL REFERENCES channel_instance (instance_id) ON DELETE CASCADE,
    counted_on date NOT NULL,
    outcome delivery_outcome NOT NULL,
    deliveries bigint NOT NULL,
    PRIMARY KEY (instance_id, counted_on, outcome)
);
