-- Handoffs and callbacks: how a conversation changes hands, and how a promise to call back is kept.

CREATE TYPE handoff_mode AS ENUM ('offer', 'pass');
CREATE TYPE handoff_state AS ENUM (
    'offered', 'accepted', 'active', 'completed', 'returned', 'transferred', 'failed', 'withdrawn', 'fell_back'
);
CREATE TYPE callback_state AS ENUM (
    'scheduled', 'due', 'claimed', 'fulfilled', 'exhausted', 'uncallable', 'cancelled', 'missed'
);

-- A desk that takes handoffs and callbacks. `calendar` is its opening hours as they were given; `fallback_queue` is where
-- its handoffs go next, none means a callback. Queues are never deleted, and their fallbacks never lead in a circle.
CREATE TABLE queue (
    name text PRIMARY KEY,
    title text NOT NULL,
    calendar jsonb NOT NULL,
    offer_timeout_s integer NOT NULL,
    max_offers integer NOT NULL,
    fallback_queue text REFERENCES queue (name),
    partner text,
    CHECK (offer_timeout_s > 0),
    CHECK (max_offers > 0),
    CHECK (fallback_queue <> name)
);

-- The offer of a conversation to another desk. `queue` is where it stands now, `asked_queue` where it was sent first.
-- `given_by` is who gave it, `offers` every offer in order, `packet` what travels with it, frozen when it was given.
-- `version` is the customer's at the last change.
CREATE TABLE handoff (
    customer_id uuid NOT NULL,
    handoff_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    parent_id uuid,
    state handoff_state NOT NULL,
    mode handoff_mode NOT NULL,
    key_id uuid NOT NULL,
    given_by jsonb NOT NULL,
    queue text NOT NULL,
    asked_queue text NOT NULL,
    reason_code text,
    reason_text text,
    summary text,
    priority integer NOT NULL,
    created_at timestamptz NOT NULL,
    offers jsonb NOT NULL,
    deadline timestamptz,
    taken_by text,
    token uuid,
    outcome text,
    ended_at timestamptz,
    callback_id uuid,
    packet jsonb NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (customer_id, handoff_id),
    CHECK ((ended_at IS NULL) = (state IN ('offered', 'accepted', 'active'))),
    CHECK ((deadline IS NOT NULL) = (state = 'offered'))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX handoff_id ON handoff (handoff_id);
CREATE UNIQUE INDEX handoff_open ON handoff (customer_id, conversation_id) WHERE ended_at IS NULL;
CREATE INDEX handoff_waiting ON handoff (queue, priority DESC, handoff_id) WHERE ended_at IS NULL;
CREATE INDEX handoff_queue ON handoff (queue, priority DESC, handoff_id);
CREATE INDEX handoff_ended ON handoff (customer_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX handoff_agent ON handoff (taken_by, handoff_id) WHERE taken_by IS NOT NULL;

-- The promise to call back. `promised_from` and `promised_to` are what the customer was told, `due_at` is when to
-- call next, `attempts` every call in order. `kept` and `late_s` are about the present promise, `missed_windows` counts those
-- that passed without a call.
CREATE TABLE callback (
    customer_id uuid NOT NULL,
    callback_id uuid NOT NULL,
    conversation_id uuid,
    handoff_id uuid,
    queue text NOT NULL,
    state callback_state NOT NULL,
    key_id uuid NOT NULL,
    phone text,
    reason text NOT NULL,
    promised_from timestamptz NOT NULL,
    promised_to timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    priority integer NOT NULL,
    preferred_agent text,
    max_attempts integer NOT NULL,
    retry_after_s integer NOT NULL,
    attempts jsonb NOT NULL DEFAULT '[]',
    claimed_by text,
    claimed_at timestamptz,
    claim_until timestamptz,
    token uuid,
    kept boolean,
    late_s integer,
    missed_windows integer NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    version bigint NOT NULL,
    PRIMARY KEY (customer_id, callback_id),
    CHECK (promised_to > promised_from),
    CHECK ((ended_at IS NULL) = (state IN ('scheduled', 'due', 'claimed', 'missed'))),
    CHECK ((claim_until IS NOT NULL) = (state = 'claimed'))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX callback_id ON callback (callback_id);
CREATE INDEX callback_open ON callback (customer_id) WHERE ended_at IS NULL;
CREATE INDEX callback_ended ON callback (customer_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX callback_waiting ON callback (queue, priority DESC, callback_id) WHERE ended_at IS NULL;
CREATE INDEX callback_queue ON callback (queue, priority DESC, callback_id);
