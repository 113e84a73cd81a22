-- Who is there to take conversations. An agent is there while `available` is true and `absent_at` is in the future: each sign
-- of life moves it. An agent without a row is unknown, and offers do not count on anything.
CREATE TABLE agent (
    name text PRIMARY KEY,
    available boolean NOT NULL,
    queues text [] NOT NULL,
    skills text [] NOT NULL,
    languages text [] NOT NULL,
    seen_at timestamptz NOT NULL,
    absent_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX agent_queues ON agent USING gin (queues);

-- What a handoff wants of its agent: skills and a language; null for nothing.
ALTER TABLE handoff ADD COLUMN wishes jsonb;
ALTER TYPE handoff_row ADD ATTRIBUTE wishes jsonb;
