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

-- What few batches have: identities that are verified from now on, customers that may be one, and telephone numbers that are
-- right, which are marked no longer in the merge sets of their customers. Gives true.
CREATE FUNCTION store_rare_rows(proven identity_row[], suggested merge_suggestion_row[], valid customer_phone[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE identity SET verified = true, link = 'proven'
    FROM unnest(proven) AS p
    WHERE identity.kind = p.kind AND identity.value = p.value;

    INSERT INTO merge_suggestion (customer_id, other_customer_id, kind, value, interaction_id, suggested_at)
    SELECT s.customer_id, s.other_customer_id, s.kind, s.value, s.interaction_id, s.suggested_at
    FROM unnest(suggested) AS s
    ORDER BY s.customer_id, s.other_customer_id, s.kind, s.value
    ON CONFLICT DO NOTHING;

    DELETE FROM invalid_number n
    USING unnest(valid) AS v, customer AS named, customer AS member
    WHERE named.customer_id = v.customer_id AND n.phone = v.phone AND n.customer_id = member.customer_id
        AND coalesce(named.merged_into, named.customer_id) IN (member.customer_id, member.merged_into);
    RETURN true;
END
$$;
