-- What other systems say of a customer. Values never move or vanish: one that a record does not state any more has ended. A
-- record belongs to the customer that its rows were written for, as if that were never merged. Erasure deletes
-- source_record and customer_value of the customer.

CREATE TABLE source (
    source text PRIMARY KEY,
    title text NOT NULL,
    trust smallint NOT NULL DEFAULT 50 CHECK (trust BETWEEN 0 AND 100),
    webhook text,
    changed_at timestamptz NOT NULL
);

CREATE TABLE source_record (
    source text NOT NULL,
    external_id text NOT NULL,
    customer_id uuid NOT NULL,
    stated_at timestamptz NOT NULL,
    verified boolean NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX source_record_customer ON source_record (customer_id, source, external_id);

-- `position` orders several values of one field; `quality` is the judgement of the value, {"verdict", "hint"}, NULL if there
-- is none to be made; `ended_at` is when the record stopped to state the value.
CREATE TABLE customer_value (
    customer_id uuid NOT NULL,
    value_id uuid NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    field text NOT NULL,
    position smallint NOT NULL,
    value jsonb NOT NULL,
    normal text NOT NULL,
    stated_at timestamptz NOT NULL,
    registered_at timestamptz NOT NULL,
    verified boolean NOT NULL,
    quality jsonb,
    ended_at timestamptz,
    PRIMARY KEY (customer_id, value_id)
);
CREATE INDEX customer_value_current ON customer_value (customer_id, source, external_id, field, position)
WHERE ended_at IS NULL;
