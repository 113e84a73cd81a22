-- Since when an agent is there, or was there the last time.
ALTER TABLE agent ADD COLUMN there_since timestamptz;
UPDATE agent SET there_since = seen_at;
ALTER TABLE agent ALTER COLUMN there_since SET NOT NULL;
