-- A concern or an obstacle that keeps somebody from buying; details.answered says whether it was answered.
ALTER TYPE interaction_kind ADD VALUE 'concern';

-- What a person notes of a phase of one customer's journey, or of a segment's. A segment's note has the nil id in customer_id.
-- Erasing a customer deletes the customer's rows, which hold free text; a segment's notes stay.
CREATE TABLE journey_note (
    customer_id uuid NOT NULL,
    note_id uuid NOT NULL,
    segment text,
    phase text NOT NULL CHECK (phase IN ('consider', 'buy', 'use', 'get_help', 'renew_or_leave')),
    kind text NOT NULL CHECK (kind IN ('wants', 'owner', 'change')),
    text text NOT NULL,
    owner text,
    due date,
    written_by text NOT NULL,
    key_id uuid NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, note_id),
    CHECK ((segment IS NULL) = (customer_id <> '00000000-0000-0000-0000-000000000000'))
);
CREATE UNIQUE INDEX journey_note_id ON journey_note (note_id);
CREATE INDEX journey_note_segment ON journey_note (segment, note_id) WHERE segment IS NOT NULL;

-- A border of a customer's journey that a person moved: from `was_at` to `at`, where `phase` begins since. Kept when it is undone.
-- Erasing a customer deletes the rows.
CREATE TABLE journey_border (
    customer_id uuid NOT NULL,
    border_id uuid NOT NULL,
    phase text NOT NULL CHECK (phase IN ('consider', 'buy', 'use', 'get_help', 'renew_or_leave')),
    was_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    moved_by text NOT NULL,
    key_id uuid NOT NULL,
    moved_at timestamptz NOT NULL,
    undone_by text,
    undone_at timestamptz,
    PRIMARY KEY (customer_id, border_id)
);

-- A decision point that a person set at a touchpoint. Erasing a customer deletes the rows, which hold free text.
CREATE TABLE journey_decision (
    customer_id uuid NOT NULL,
    decision_id uuid NOT NULL,
    interaction_id uuid NOT NULL,
    text text NOT NULL,
    set_by text NOT NULL,
    key_id uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, decision_id)
);
