-- What agents are writing and have not sent yet: it outlives the page, the session and the browser.

-- `subject_id` is what the page is about: a customer, a handoff or a callback; `customer_id` is whose it is. `tab` is the page
-- that wrote last, `replaced` what another page had written in the field before, unseen by the one that wrote last.
CREATE TABLE agent_draft (
    account_id uuid NOT NULL REFERENCES agent_account,
    subject_id uuid NOT NULL,
    form text NOT NULL,
    field text NOT NULL,
    customer_id uuid NOT NULL,
    text text NOT NULL CHECK (length(text) <= 20000),
    replaced text,
    tab text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, subject_id, form, field)
);
CREATE INDEX agent_draft_updated ON agent_draft (updated_at);
CREATE INDEX agent_draft_customer ON agent_draft (customer_id);
