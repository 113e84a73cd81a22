-- Requests of customers under GDPR, Art. 15 to 21. A request outlives the erasure that it asks for: then its texts are NULL,
-- and what is left are ids, times and the keyed hash of the identity by which the customer was named.
CREATE TABLE privacy_request (
    request_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('access', 'erasure', 'restriction', 'rectification', 'objection')),
    state text NOT NULL CHECK (state IN ('received', 'verified', 'done', 'refused')),
    customer_id uuid NOT NULL,
    identity_digest bytea,
    purposes text[],
    reason text,
    received_at timestamptz NOT NULL,
    due_on date NOT NULL,
    extended boolean NOT NULL DEFAULT false,
    verified_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX privacy_request_open ON privacy_request (due_on, request_id) WHERE ended_at IS NULL;
CREATE INDEX privacy_request_due ON privacy_request (due_on, request_id);
CREATE INDEX privacy_request_customer ON privacy_request (customer_id);

-- What was done with a request, step by step: who did it, when, and what was written beside it.
CREATE TABLE privacy_request_step (
    request_id uuid NOT NULL,
    step integer NOT NULL,
    at timestamptz NOT NULL,
    action text NOT NULL CHECK (action IN ('received', 'verified', 'extended', 'noted', 'exported', 'held', 'done', 'refused')),
    key_id uuid NOT NULL,
    done_by text NOT NULL,
    note text,
    PRIMARY KEY (request_id, step)
);
