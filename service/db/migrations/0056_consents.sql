-- What a customer's data may be used for, who is restricted, and what must not be erased yet.

-- `restricted` says whether only the privacy desk may see the customer; every member of a merge set has the same. `consents` has
-- what holds by a statement of the customer, such as -profiling or +marketing:email (service/model/consent_marks.py); NULL
-- for those who said nothing. Both stand here because every read has the row at hand.
ALTER TABLE customer ADD COLUMN restricted boolean NOT NULL DEFAULT false;
ALTER TABLE customer ADD COLUMN consents text[];
CREATE INDEX customer_restricted ON customer (customer_id) WHERE restricted;

-- Each statement of a customer about one purpose; the newest counts, none is ever changed. `channel` is NULL for all.
CREATE TABLE consent (
    customer_id uuid NOT NULL,
    consent_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('service', 'analysis', 'marketing', 'profiling')),
    channel channel,
    given boolean NOT NULL,
    basis text NOT NULL CHECK (
        basis IN ('consent', 'contract', 'legal_obligation', 'legitimate_interest', 'vital_interest', 'public_task')
    ),
    source text NOT NULL,
    stated_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (customer_id, consent_id)
);

-- Each time for which processing was or is restricted (GDPR, Art. 18); `lifted_at` is NULL while it is.
CREATE TABLE restriction (
    customer_id uuid NOT NULL,
    since timestamptz NOT NULL,
    reason text NOT NULL,
    key_id uuid NOT NULL,
    set_by text NOT NULL,
    lifted_at timestamptz,
    lifted_by text,
    lift_reason text,
    PRIMARY KEY (customer_id, since)
);

-- What keeps data of a customer from erasure and retention; until it is released, or `until`.
CREATE TABLE hold (
    customer_id uuid NOT NULL,
    name text NOT NULL,
    reason text NOT NULL,
    until timestamptz,
    set_at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    set_by text NOT NULL,
    PRIMARY KEY (customer_id, name)
);
