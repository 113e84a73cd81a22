-- A source belongs to who registers under it: (source, source_event_id) is unique within a space. Space 0 is that of
-- askonce and its doors, 1 that of files; those of keys have a name, which several keys may share.

CREATE TABLE source_space (
    space_id integer GENERATED ALWAYS AS IDENTITY (START WITH 2) PRIMARY KEY,
    name text NOT NULL UNIQUE
);
INSERT INTO source_space (name) SELECT DISTINCT name FROM api_key ORDER BY name;

ALTER TABLE api_key ADD COLUMN space_id integer NOT NULL DEFAULT 0;
UPDATE api_key SET space_id = s.space_id FROM source_space s WHERE s.name = api_key.name;

ALTER TABLE receipt ADD COLUMN space_id integer NOT NULL DEFAULT 0;
ALTER TABLE receipt DROP CONSTRAINT receipt_pkey;

-- The interaction says which key registered. What a key did at a desk is in the source of its own desk.
UPDATE receipt SET space_id = k.space_id
FROM interaction i JOIN api_key k ON k.key_id = i.key_id
WHERE i.interaction_id = receipt.interaction_id AND i.source NOT IN ('handoff:' || k.name, 'callback:' || k.name);

-- Files were registered in the name of no key. A key that sends the same events again goes on counting once if all that
-- send under this source share a space; so does a door.
UPDATE receipt SET space_id = coalesce(sole.space_id, 1)
FROM interaction i
LEFT JOIN (
    SELECT source, min(space_id) AS space_id
    FROM receipt
    WHERE space_id > 0
    GROUP BY source
    HAVING min(space_id) = max(space_id)
) AS sole ON sole.source = i.source
WHERE i.interaction_id = receipt.interaction_id
    AND i.key_id = '00000000-0000-0000-0000-000000000000'
    AND i.source NOT IN ('handoff:askonce', 'callback:askonce', 'email:outgoing')
    AND NOT EXISTS (SELECT FROM channel_instance door WHERE door.adapter || ':' || door.name = i.source);

-- A ref belongs to its source, and so to the space: a conversation has that of the event that began it.
ALTER TABLE conversation ADD COLUMN space_id integer NOT NULL DEFAULT 0;
UPDATE conversation SET space_id = began.space_id
FROM (
    SELECT DISTINCT ON (r.conversation_id) r.conversation_id, r.space_id
    FROM receipt r
    JOIN conversation c ON c.conversation_id = r.conversation_id AND c.source = r.source
    WHERE c.ref IS NOT NULL
    ORDER BY r.conversation_id, r.version
) AS began
WHERE began.conversation_id = conversation.conversation_id AND began.space_id <> 0;

ALTER TABLE receipt ALTER COLUMN space_id DROP DEFAULT;
ALTER TABLE receipt ADD PRIMARY KEY (space_id, source, source_event_id);

ALTER TYPE conversation_row ADD ATTRIBUTE space_id integer;
ALTER TYPE receipt_row ADD ATTRIBUTE space_id integer;
