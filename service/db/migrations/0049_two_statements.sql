-- A batch of interactions is two statements: one reads what is known of its customers, the other stores it. These are the
-- rows that they take and give.

CREATE TYPE identity_row AS (
    kind identity_kind,
    value text,
    customer_id uuid,
    verified boolean,
    source text,
    link identity_link,
    proven_by uuid
);

CREATE TYPE merge_suggestion_row AS (
    customer_id uuid,
    other_customer_id uuid,
    kind identity_kind,
    value text,
    interaction_id uuid,
    suggested_at timestamptz
);

-- An event of a batch, and which conversation and facts of its customer it may touch. Events that share an identity are of
-- one `party`: one customer may own all they name.
CREATE TYPE asked_event AS (
    party integer,
    space_id integer,
    source text,
    source_event_id text,
    customer_id uuid,
    conversation_id uuid,
    ref text,
    subject_key text,
    names text[]
);

CREATE TYPE asked_claim AS (
    party integer,
    kind identity_kind,
    value text
);

CREATE TYPE customer_phone AS (
    customer_id uuid,
    phone text
);

-- A customer as the snapshot has it. The batch is stored only if version and survivor are still these.
CREATE TYPE known_customer AS (
    customer_id uuid,
    version bigint,
    merged_into uuid,
    last_registered_at timestamptz
);
DROP TYPE locked_customer;

CREATE TYPE identity_owner AS (
    kind identity_kind,
    value text,
    customer_id uuid,
    verified boolean,
    has_account boolean
);

CREATE TYPE exclusive_identity AS (
    customer_id uuid,
    kind identity_kind,
    value text,
    source text
);

-- Ends a statement that another one overtook: nothing of it is stored, and its caller begins again.
CREATE FUNCTION refuse_overtaken() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'another transaction was faster' USING ERRCODE = 'serialization_failure';
END
$$;
