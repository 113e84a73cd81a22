-- Which process listens for an instance. A lease outlives no process by more than its length, and a pooler between the
-- process and PostgreSQL does not matter, as it would to a lock of a session. The times are of PostgreSQL's clock alone.
CREATE TABLE listener_lease (
    instance_id uuid PRIMARY KEY,
    owner uuid NOT NULL,
    expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);
