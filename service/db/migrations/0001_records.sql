-- The records. Every table that a customer owns has customer_id first in its primary key, and no foreign key crosses
-- customers, so that the tables can be sharded by customer; identity and receipt shard by their own keys. Statements are
-- told the time by the service, so no column has a default that reads the server's clock.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TYPE channel AS ENUM ('chatbot', 'phone', 'email', 'store', 'web', 'social');
CREATE TYPE interaction_kind AS ENUM (
    'message', 'call', 'visit', 'purchase', 'form', 'page', 'note', 'question', 'attempt', 'feedback', 'system', 'other'
);
CREATE TYPE direction AS ENUM ('inbound', 'outbound', 'internal');
CREATE TYPE assurance AS ENUM ('none', 'claimed', 'possession', 'verified');
CREATE TYPE identity_kind AS ENUM (
    'customer_number', 'loyalty_card', 'external', 'email', 'phone', 'username', 'social', 'device'
);
CREATE TYPE attempt_outcome AS ENUM ('pending', 'worked', 'failed', 'unknown');
CREATE TYPE call_outcome AS ENUM ('answered', 'missed', 'busy', 'abandoned', 'failed', 'forwarded', 'voicemail');
CREATE TYPE conversation_status AS ENUM ('open', 'pending', 'resolved');
CREATE TYPE condition_kind AS ENUM ('discount', 'price', 'vip', 'entitlement', 'accommodation', 'note');
CREATE TYPE stacking AS ENUM ('exclusive', 'stack');
CREATE TYPE use_period AS ENUM ('day', 'month', 'year', 'ever');
CREATE TYPE audience AS ENUM ('console', 'bot', 'store', 'partner');
CREATE TYPE role AS ENUM ('admin', 'console', 'bot', 'store', 'partner', 'channel', 'privacy');

-- The resolved person. `version` is the customer's gap-free counter: one more with every change of anything below.
-- `merged_into` is the survivor of the customer's merge set, `merge_parent` whom it was merged with, so that any merge
-- can be undone; rows never move on a merge. `last_registered_at` keeps registered_at ascending with the version.
-- `holds_conditions` is true once anybody of the merge set was granted a condition: only they are looked up by name.
CREATE TABLE customer (
    customer_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    merged_into uuid,
    merge_parent uuid,
    name text,
    name_key text,
    language text,
    preferred_channel channel,
    communication_style text,
    segments text[] NOT NULL DEFAULT '{}',
    since timestamptz NOT NULL,
    interactions bigint NOT NULL DEFAULT 0,
    repeated_questions bigint NOT NULL DEFAULT 0,
    last_registered_at timestamptz NOT NULL DEFAULT '-infinity',
    holds_conditions boolean NOT NULL DEFAULT false,
    CHECK (merged_into <> customer_id),
    CHECK ((merged_into IS NULL) = (merge_parent IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX customer_merged_into ON customer (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX customer_merge_parent ON customer (merge_parent) WHERE merge_parent IS NOT NULL;
CREATE INDEX customer_name_key ON customer USING gin (name_key gin_trgm_ops) WHERE holds_conditions;

-- One (kind, canonical value) belongs to one customer.
CREATE TABLE identity (
    kind identity_kind NOT NULL,
    value text NOT NULL,
    customer_id uuid NOT NULL,
    verified boolean NOT NULL,
    source text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (kind, value)
);
CREATE INDEX identity_customer ON identity (customer_id);

-- An identity that one interaction named together with another customer's: a person may merge the two, askonce does not.
CREATE TABLE merge_suggestion (
    customer_id uuid NOT NULL,
    other_customer_id uuid NOT NULL,
    kind identity_kind NOT NULL,
    value text NOT NULL,
    interaction_id uuid NOT NULL,
    suggested_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, other_customer_id, kind, value)
);

-- Every (source, source_event_id) ever registered, for ever, with the answer that it got.
CREATE TABLE receipt (
    source text NOT NULL,
    source_event_id text NOT NULL,
    interaction_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (source, source_event_id)
);

-- The thread about one matter. `subject_key` is the subject in lower case, '' without one; `facts` is what was said in it: name -> {"value", "at"}.
CREATE TABLE conversation (
    customer_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    source text NOT NULL,
    ref text,
    subject text,
    subject_key text NOT NULL,
    status conversation_status NOT NULL,
    channels channel[] NOT NULL,
    opened_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    resolved_at timestamptz,
    interactions integer NOT NULL,
    facts jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (customer_id, conversation_id)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX conversation_id ON conversation (conversation_id);
CREATE INDEX conversation_open ON conversation (customer_id, opened_at) WHERE status <> 'resolved';
CREATE INDEX conversation_resolved ON conversation (customer_id, resolved_at) WHERE status = 'resolved';
CREATE INDEX conversation_ref ON conversation (customer_id, source, ref, opened_at) WHERE ref IS NOT NULL;
CREATE INDEX conversation_unresolved ON conversation (customer_id, subject_key, opened_at) WHERE status <> 'resolved';

-- One immutable touchpoint. The primary key holds occurred_at, so that the table can be partitioned by time.
-- `details` is what only some interactions have: participant, facts, asks, attempt, rating, data.
CREATE TABLE interaction (
    customer_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    interaction_id uuid NOT NULL,
    version bigint NOT NULL,
    registered_at timestamptz NOT NULL,
    conversation_id uuid NOT NULL,
    key_id uuid NOT NULL,
    source text NOT NULL,
    source_event_id text NOT NULL,
    channel channel NOT NULL,
    kind interaction_kind NOT NULL,
    direction direction NOT NULL,
    assurance assurance NOT NULL,
    language text,
    outcome call_outcome,
    mood real,
    repeated_questions smallint NOT NULL,
    text text,
    details jsonb,
    PRIMARY KEY (customer_id, occurred_at, interaction_id)
);
CREATE INDEX interaction_version ON interaction (customer_id, version);

-- What we know of a customer now; a replaced or late value goes to fact_history.
CREATE TABLE fact (
    customer_id uuid NOT NULL,
    name text NOT NULL,
    value jsonb NOT NULL,
    source text NOT NULL,
    channel channel,
    at timestamptz NOT NULL,
    verified boolean NOT NULL,
    conversation_id uuid,
    version bigint NOT NULL,
    PRIMARY KEY (customer_id, name)
);

-- Values that a fact once had, and how each ended: replaced by a newer one, late (a newer one was there), or deleted.
CREATE TABLE fact_history (
    customer_id uuid NOT NULL,
    name text NOT NULL,
    version bigint NOT NULL,
    value jsonb NOT NULL,
    source text NOT NULL,
    channel channel,
    at timestamptz NOT NULL,
    verified boolean NOT NULL,
    conversation_id uuid,
    ended_version bigint NOT NULL,
    PRIMARY KEY (customer_id, name, version, ended_version)
);

-- One try to solve the matter; the same words in one conversation are the same try.
CREATE TABLE attempt (
    customer_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    what_key text NOT NULL,
    what text NOT NULL,
    outcome attempt_outcome NOT NULL,
    by text,
    channel channel NOT NULL,
    at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (customer_id, conversation_id, what_key)
);

-- A contractual or goodwill term.
CREATE TABLE condition (
    customer_id uuid NOT NULL,
    condition_id uuid NOT NULL,
    title text NOT NULL,
    kind condition_kind NOT NULL,
    terms jsonb NOT NULL,
    scope jsonb NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    priority integer NOT NULL,
    stacking stacking NOT NULL,
    audiences audience[] NOT NULL,
    contract text,
    max_uses integer,
    max_uses_per use_period,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (customer_id, condition_id),
    CHECK (valid_until > valid_from),
    CHECK (max_uses > 0)
);
CREATE UNIQUE INDEX condition_id ON condition (condition_id);

-- One use of a condition, once per receipt.
CREATE TABLE redemption (
    customer_id uuid NOT NULL,
    condition_id uuid NOT NULL,
    receipt text NOT NULL,
    store text NOT NULL,
    amount numeric NOT NULL,
    currency text NOT NULL,
    redeemed_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    voided_at timestamptz,
    PRIMARY KEY (customer_id, condition_id, receipt)
);

-- A masked candidate that a till was shown, until it is confirmed.
CREATE TABLE store_candidate (
    token_hash bytea PRIMARY KEY,
    customer_id uuid NOT NULL,
    key_id uuid NOT NULL,
    store text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);
CREATE INDEX store_candidate_expires ON store_candidate (expires_at);
CREATE INDEX store_candidate_customer ON store_candidate (customer_id);

-- What others must be told of; ids alone, rendered when sent with the receiver's rights. Claimed with SKIP LOCKED, deleted when done.
CREATE TABLE outbox (
    outbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    version bigint NOT NULL,
    type text NOT NULL,
    subject_id uuid,
    created_at timestamptz NOT NULL
);

-- What must happen later, exactly once: the effect and the deletion of its row are one transaction.
CREATE TABLE timer (
    timer_id uuid PRIMARY KEY,
    due_at timestamptz NOT NULL,
    kind text NOT NULL,
    customer_id uuid,
    subject_id uuid,
    failures integer NOT NULL DEFAULT 0
);
CREATE INDEX timer_due ON timer (due_at, timer_id);
CREATE UNIQUE INDEX timer_subject ON timer (kind, subject_id, due_at) WHERE subject_id IS NOT NULL;

-- Keys of the API: the hash alone.
CREATE TABLE api_key (
    key_id uuid PRIMARY KEY,
    key_hash bytea NOT NULL UNIQUE,
    role role NOT NULL,
    name text NOT NULL,
    queue text,
    store text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);

-- What an Idempotency-Key stood for; never the body.
CREATE TABLE idempotency (
    key_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint bytea NOT NULL,
    resource_id uuid NOT NULL,
    status smallint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (key_id, idempotency_key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

-- Who changed what, beyond interactions, which name their key themselves. `fields` are names, never values.
CREATE TABLE change_audit (
    customer_id uuid NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    action text NOT NULL,
    subject_id uuid,
    fields text[] NOT NULL,
    PRIMARY KEY (customer_id, version, action)
);

-- Who read whose context: one row per key, view and second, written behind the answer.
CREATE TABLE read_audit (
    read_at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    view text NOT NULL,
    customer_ids uuid[] NOT NULL,
    PRIMARY KEY (read_at, key_id, view)
);
CREATE INDEX read_audit_customers ON read_audit USING gin (customer_ids);

-- How far an import has come in a file, so that it resumes.
CREATE TABLE import_progress (
    file_hash bytea NOT NULL,
    kind text NOT NULL,
    rows_read bigint NOT NULL,
    rows_stored bigint NOT NULL,
    rows_known bigint NOT NULL,
    rows_refused bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (file_hash, kind)
);
