-- One composite type per table that a statement fills with many rows at once. A statement takes such rows as one array,
-- `unnest($1::fact_row[])`. Each type has the columns that the service writes, in the order of its NamedTuple in Python.

CREATE TYPE customer_row AS (
    customer_id uuid,
    version bigint,
    interactions bigint,
    repeated_questions bigint,
    since timestamptz,
    name text,
    name_key text,
    language text,
    last_registered_at timestamptz
);

CREATE TYPE conversation_row AS (
    customer_id uuid,
    conversation_id uuid,
    source text,
    ref text,
    subject text,
    subject_key text,
    status conversation_status,
    channels channel[],
    opened_at timestamptz,
    last_at timestamptz,
    resolved_at timestamptz,
    interactions integer,
    facts jsonb
);

CREATE TYPE fact_row AS (
    customer_id uuid,
    name text,
    value jsonb,
    source text,
    channel channel,
    at timestamptz,
    verified boolean,
    conversation_id uuid,
    version bigint
);

CREATE TYPE fact_history_row AS (
    customer_id uuid,
    name text,
    version bigint,
    value jsonb,
    source text,
    channel channel,
    at timestamptz,
    verified boolean,
    conversation_id uuid,
    ended_version bigint
);

CREATE TYPE attempt_row AS (
    customer_id uuid,
    conversation_id uuid,
    what_key text,
    what text,
    outcome attempt_outcome,
    by text,
    channel channel,
    at timestamptz,
    version bigint
);

CREATE TYPE interaction_row AS (
    customer_id uuid,
    occurred_at timestamptz,
    interaction_id uuid,
    version bigint,
    registered_at timestamptz,
    conversation_id uuid,
    key_id uuid,
    source text,
    source_event_id text,
    channel channel,
    kind interaction_kind,
    direction direction,
    assurance assurance,
    language text,
    outcome call_outcome,
    mood real,
    repeated_questions smallint,
    text text,
    details jsonb
);

CREATE TYPE receipt_row AS (
    source text,
    source_event_id text,
    interaction_id uuid,
    customer_id uuid,
    conversation_id uuid,
    version bigint
);

CREATE TYPE handoff_row AS (
    customer_id uuid,
    handoff_id uuid,
    conversation_id uuid,
    parent_id uuid,
    state handoff_state,
    mode handoff_mode,
    key_id uuid,
    given_by jsonb,
    queue text,
    asked_queue text,
    reason_code text,
    reason_text text,
    summary text,
    priority integer,
    created_at timestamptz,
    offers jsonb,
    deadline timestamptz,
    taken_by text,
    token uuid,
    outcome text,
    ended_at timestamptz,
    callback_id uuid,
    packet jsonb,
    version bigint
);

CREATE TYPE callback_row AS (
    customer_id uuid,
    callback_id uuid,
    conversation_id uuid,
    handoff_id uuid,
    queue text,
    state callback_state,
    key_id uuid,
    phone text,
    reason text,
    promised_from timestamptz,
    promised_to timestamptz,
    due_at timestamptz,
    priority integer,
    preferred_agent text,
    max_attempts integer,
    retry_after_s integer,
    attempts jsonb,
    claimed_by text,
    claimed_at timestamptz,
    claim_until timestamptz,
    token uuid,
    kept boolean,
    late_s integer,
    missed_windows integer,
    created_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    version bigint
);

CREATE TYPE condition_row AS (
    customer_id uuid,
    condition_id uuid,
    title text,
    kind condition_kind,
    terms jsonb,
    scope jsonb,
    valid_from timestamptz,
    valid_until timestamptz,
    priority integer,
    stacking stacking,
    audiences audience[],
    contract text,
    max_uses integer,
    max_uses_per use_period,
    created_at timestamptz,
    revoked_at timestamptz
);

-- A customer as `lock_for_update` gives it: `seen_version` is the version that the statement's snapshot had, `merged` are
-- the customers merged into it.
CREATE TYPE locked_customer AS (
    customer_id uuid,
    version bigint,
    seen_version bigint,
    merged_into uuid,
    last_registered_at timestamptz,
    merged uuid[]
);
