-- Channel doors: which vendor's systems may send what, and what they sent, for a while.

-- One door of one kind, e.g. the second of three Twilio accounts. `secret` checks signatures, so it must be readable; for
-- vendors who can only be told a URL it stands in the path. `settings` are those of the adapter.
CREATE TABLE channel_instance (
    instance_id uuid PRIMARY KEY,
    adapter text NOT NULL,
    name text NOT NULL UNIQUE,
    secret text NOT NULL,
    settings jsonb NOT NULL,
    created_at timestamptz NOT NULL
);

-- A delivery as it came, kept for a while so that a better parser can be run on it. `taken`: it went through to its end.
CREATE TABLE channel_payload (
    payload_id uuid PRIMARY KEY,
    instance_id uuid NOT NULL REFERENCES channel_instance (instance_id) ON DELETE CASCADE,
    received_at timestamptz NOT NULL,
    method text NOT NULL,
    rest text NOT NULL,
    query_string text NOT NULL,
    headers jsonb NOT NULL,
    raw bytea NOT NULL,
    taken boolean NOT NULL DEFAULT false
) WITH (fillfactor = 90);
ALTER TABLE channel_payload ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX channel_payload_received ON channel_payload (received_at);
CREATE INDEX channel_payload_of_instance ON channel_payload (instance_id, payload_id);
