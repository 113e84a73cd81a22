-- A receipt is found by 16 bytes of the SHA-256 of its event instead of by its texts, which its interaction has. They tell all
-- events apart in practice: among 10^12 of them two are alike with a probability of 10^-15. The space is within the hash, so
-- that a sender that could make two events alike would lose only events of its own.

-- What tells the event apart: of two with equal space, source and id it is the same. Texts hold no NUL, which parts the two.
CREATE FUNCTION event_digest(space_id integer, source text, source_event_id text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT encode(
    substring(sha256(
        int4send(space_id) || convert_to(source, 'UTF8') || '\x00'::bytea || convert_to(source_event_id, 'UTF8')
    ) FOR 16), 'hex'
)::uuid
$$;

ALTER TABLE receipt RENAME TO receipt_with_texts;

-- Every event ever registered, for ever: the interaction that it became, by its owner and the version that this had then. The
-- answer named the survivor and its version if the owner was merged when the event was registered; else they are null.
CREATE TABLE receipt (
    customer_id uuid NOT NULL,
    version bigint NOT NULL,
    survivor_id uuid,
    survivor_version bigint,
    digest uuid NOT NULL
);
INSERT INTO receipt (customer_id, version, survivor_id, survivor_version, digest)
SELECT i.customer_id, i.version, nullif(r.customer_id, i.customer_id),
    CASE WHEN r.customer_id <> i.customer_id THEN r.version END, event_digest(r.space_id, r.source, r.source_event_id)
FROM receipt_with_texts r
JOIN interaction i ON i.interaction_id = r.interaction_id;
DROP TABLE receipt_with_texts;
ALTER TABLE receipt ADD PRIMARY KEY (digest);

ALTER TYPE receipt_row
    DROP ATTRIBUTE source, DROP ATTRIBUTE source_event_id, DROP ATTRIBUTE interaction_id, DROP ATTRIBUTE conversation_id,
    DROP ATTRIBUTE space_id, ADD ATTRIBUTE survivor_id uuid, ADD ATTRIBUTE survivor_version bigint, ADD ATTRIBUTE digest uuid;
ALTER TYPE asked_event DROP ATTRIBUTE source_event_id, ADD ATTRIBUTE digest uuid;

-- What a receipt answers with.
CREATE TYPE receipt_answer AS (
    interaction_id uuid,
    customer_id uuid,
    conversation_id uuid,
    version bigint,
    digest uuid
);

-- What askonce and files registered in the name of no key has none; it was the nil id.
ALTER TABLE interaction ALTER COLUMN key_id DROP NOT NULL;

-- The ten minutes that a time is in, by their beginning. An index of the interactions of a customer by these has one entry for
-- all that happened within them, so that it takes a quarter of the bytes that one by the times themselves takes.
CREATE OR REPLACE FUNCTION ten_minutes_of(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT date_bin(interval '10 minutes', at, timestamptz '2000-01-01 00:00:00+00')
$$;
