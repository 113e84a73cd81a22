-- Tickets that open one stream of events for a key, by their SHA-256; the row goes with its use.
CREATE TABLE event_ticket (
    ticket_hash bytea PRIMARY KEY,
    key_id uuid NOT NULL REFERENCES api_key,
    expires_at timestamptz NOT NULL
);
CREATE INDEX event_ticket_expires ON event_ticket (expires_at);
