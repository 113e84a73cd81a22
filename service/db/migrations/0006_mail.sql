-- Mail: which conversation a Message-ID belongs to, which addresses bounce, and the key of our tokens.

-- One key for the whole deployment, so that an answer is recognised through whichever door it comes.
CREATE TABLE mail_key (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    key bytea NOT NULL
);
INSERT INTO mail_key (key) VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- A mail on record, by the SHA-256 of its Message-ID. `attempt`: what we tried with it, if it was ours and bounces.
CREATE TABLE mail_message (
    message_id_digest bytea PRIMARY KEY,
    conversation_id uuid NOT NULL,
    outgoing boolean NOT NULL,
    attempt text,
    seen_at timestamptz NOT NULL
);

-- An address that a mail of ours did not reach for good; `bounces` counts how often.
CREATE TABLE mail_undeliverable (
    address text PRIMARY KEY,
    bounces integer NOT NULL DEFAULT 1,
    since timestamptz NOT NULL,
    last_at timestamptz NOT NULL
);
