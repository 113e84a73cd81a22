-- A record's name as people write it, and as it sounds: its customer is found by it, whatever name the customer has.
ALTER TABLE source_record ADD COLUMN name text, ADD COLUMN name_key text;
CREATE INDEX source_record_name_words ON source_record USING gin (to_tsvector('simple', name_key))
WITH (gin_pending_list_limit = 512);

-- What a batch of source records writes: one composite type per table, with the columns in the order of the NamedTuple.

CREATE TYPE source_record_row AS (
    source text,
    external_id text,
    customer_id uuid,
    stated_at timestamptz,
    verified boolean,
    changed_at timestamptz,
    name text,
    name_key text
);

CREATE TYPE customer_value_row AS (
    customer_id uuid,
    value_id uuid,
    source text,
    external_id text,
    field text,
    position smallint,
    value jsonb,
    normal text,
    stated_at timestamptz,
    registered_at timestamptz,
    verified boolean,
    quality jsonb,
    ended_at timestamptz
);

-- How many current values of a source's field got a verdict: the sum of all rows. A transaction adds rows and waits for
-- no other one; a worker folds them. Erasure adds a row of -1 for each current value with a quality that it deletes.
CREATE TABLE quality_count (
    source text NOT NULL,
    field text NOT NULL,
    verdict text NOT NULL,
    values bigint NOT NULL
);

-- Customers by a telephone number or an e-mail address that a source states and another customer owns.
CREATE INDEX customer_value_contact ON customer_value (normal)
WHERE ended_at IS NULL AND field IN ('phone', 'email') AND normal <> '';

-- Which places have which postal code, loaded by an operator; without rows of a country nothing is said about it.
CREATE TABLE place (
    country text NOT NULL,
    postal_code text NOT NULL,
    place_key text NOT NULL,
    place text NOT NULL,
    PRIMARY KEY (country, postal_code, place_key)
);
