-- concurrently
-- Conversations that a desk names by Chatwoot's number of them.
CREATE INDEX conversation_chatwoot ON conversation (ref) WHERE source LIKE 'chatwoot:%';

-- in a transaction
-- Cards that a desk's server has opened by a token; both are known by their SHA-256. A row outlives its token, so that none
-- opens two.
CREATE TABLE opened_card (
    token_hash bytea PRIMARY KEY,
    session_hash bytea NOT NULL UNIQUE,
    account_id uuid NOT NULL REFERENCES agent_account,
    customer_id uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX opened_card_ends ON opened_card (ends_at);
