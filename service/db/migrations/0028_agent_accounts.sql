-- People who sign in to the agents' console: their accounts, their sessions, and the links that sign in once.

CREATE TYPE agent_role AS ENUM ('agent', 'supervisor', 'privacy', 'admin');

-- `name_key` is the name as it is compared. `password_hash` is argon2id's; without one, and without a subject of the OpenID
-- provider, only a link signs in. What the agent registers counts in the space `space_id`.
CREATE TABLE agent_account (
    account_id uuid PRIMARY KEY,
    name text NOT NULL,
    name_key text NOT NULL UNIQUE,
    role agent_role NOT NULL,
    queues text[] NOT NULL,
    language text,
    password_hash text,
    oidc_issuer text,
    oidc_subject text,
    space_id integer NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    UNIQUE (oidc_issuer, oidc_subject)
);

-- `session_hash` is the SHA-256 of the id that the browser holds. A session whose password is due may only set it.
CREATE TABLE agent_session (
    session_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES agent_account,
    password_due boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX agent_session_account ON agent_session (account_id);
CREATE INDEX agent_session_ends ON agent_session (ends_at);

-- `asks_password` is true for a link after which the agent sets a password.
CREATE TABLE sign_in_link (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES agent_account,
    asks_password boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX sign_in_link_account ON sign_in_link (account_id);
CREATE INDEX sign_in_link_expires ON sign_in_link (expires_at);

-- Networks that an agent has signed in from with the right password: wrong tries from elsewhere do not slow them down there.
CREATE TABLE agent_network (
    account_id uuid NOT NULL REFERENCES agent_account,
    network_hash bytea NOT NULL,
    signed_in_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, network_hash)
);
CREATE INDEX agent_network_signed_in ON agent_network (signed_in_at);

-- Sign-ins by the OpenID provider that are done: none is done twice.
CREATE TABLE used_pre_session (
    pre_session_hash bytea PRIMARY KEY,
    used_at timestamptz NOT NULL
);
CREATE INDEX used_pre_session_used ON used_pre_session (used_at);

-- Wrong passwords make wait as wrong confirmations do; there `key_id` is a UUID of version 5 of an account or a network.
CREATE INDEX confirmation_pause_tried ON confirmation_pause (tried_at);
