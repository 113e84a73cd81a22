-- What a token of a form stands for: which fields one page may be filled with, and whose answers it registers. `draft`
-- groups the forms of one visit; `customer_id` or the identity says whose it is, and `assurance` how sure the site is.
CREATE TABLE form_token (
    token_hash bytea PRIMARY KEY,
    key_id uuid NOT NULL,
    form text NOT NULL,
    draft text NOT NULL,
    subject text,
    fields text[] NOT NULL,
    assurance assurance NOT NULL,
    customer_id uuid,
    identity_kind identity_kind,
    identity_value text,
    identity_verified boolean NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK ((customer_id IS NULL) = (identity_kind IS NOT NULL)),
    CHECK ((identity_kind IS NULL) = (identity_value IS NULL))
);
CREATE INDEX form_token_expires ON form_token (expires_at);
CREATE INDEX form_token_customer ON form_token (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX form_token_identity ON form_token (identity_kind, identity_value) WHERE identity_kind IS NOT NULL;
