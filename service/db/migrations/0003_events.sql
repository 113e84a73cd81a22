-- Events: what live consoles and webhooks are told. Ids alone; what a receiver may see is looked up when it is sent.

-- How many events there were ever. Its one row is locked by whoever appends, until they commit.
CREATE TABLE event_count (
    events bigint NOT NULL,
    single boolean PRIMARY KEY DEFAULT true CHECK (single)
);
INSERT INTO event_count (events) VALUES (0);

-- `event_id` has no gaps, and ids become visible in their order: whoever has seen one has missed none before it.
CREATE TABLE event (
    event_id bigint PRIMARY KEY,
    type text NOT NULL,
    customer_id uuid NOT NULL,
    version bigint NOT NULL,
    subject_id uuid,
    created_at timestamptz NOT NULL
);

-- Somebody elsewhere who is told. `types` may end in a star; `queue` narrows to the handoffs and callbacks of one queue.
-- `secret` signs what is sent, so it must be readable. `disabled_at`: the receiver said that it is gone.
CREATE TABLE webhook (
    webhook_id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    url text NOT NULL,
    types text [] NOT NULL,
    audience audience NOT NULL,
    queue text,
    secret text NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    CHECK (audience <> 'partner' OR queue IS NOT NULL)
);

-- An event on its way to a webhook; what has arrived is deleted. `due_at` is when to try next; while a try is running,
-- when another worker may take it for lost. `tries` began since `queued_at`. `dead_at`: given up, until replayed.
CREATE TABLE webhook_delivery (
    webhook_id uuid NOT NULL REFERENCES webhook (webhook_id) ON DELETE CASCADE,
    event_id bigint NOT NULL,
    type text NOT NULL,
    customer_id uuid NOT NULL,
    version bigint NOT NULL,
    subject_id uuid,
    created_at timestamptz NOT NULL,
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    tried_at timestamptz,
    failure text,
    dead_at timestamptz,
    PRIMARY KEY (webhook_id, event_id)
) WITH (fillfactor = 70);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, due_at) WHERE dead_at IS NULL;
CREATE INDEX webhook_delivery_dead ON webhook_delivery (dead_at) WHERE dead_at IS NOT NULL;
