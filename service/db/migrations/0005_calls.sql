-- Calls while they ring and run, and for a day after; what stays of a call is its interaction.

CREATE TYPE call_phase AS ENUM ('ringing', 'answered', 'ended');

-- One call of one telephone system, whose row is locked while its events are taken; sharded by its reference. `legs` is
-- leg reference -> {"phase", "began", "dialled", "outcome", "answered_at", "ended_at", "rings_at", "agent"}. `key_id` is
-- the door. `customer_id` is null until an event says who calls. `deadline` is when the call counts as over without its
-- end; `closed_at` is when it became an interaction, after which nothing changes that any more. `seen_at` is the last event.
CREATE TABLE live_call (
    call_ref text NOT NULL,
    source text NOT NULL,
    call_id uuid NOT NULL,
    key_id uuid NOT NULL,
    customer_id uuid,
    phase call_phase NOT NULL,
    direction direction,
    identities jsonb NOT NULL,
    queue text,
    conversation text,
    legs jsonb NOT NULL,
    data jsonb NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    deadline timestamptz,
    closed_at timestamptz,
    interaction_id uuid,
    PRIMARY KEY (call_ref, source),
    CHECK (closed_at IS NULL OR deadline IS NULL)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX live_call_id ON live_call (call_id);
CREATE INDEX live_call_legs ON live_call USING gin (legs);
CREATE INDEX live_call_closed ON live_call (seen_at) WHERE closed_at IS NOT NULL;
