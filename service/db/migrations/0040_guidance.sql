-- The version of what the company advises on customers: rules, hours, and whatever else stands in cached views besides the
-- customer's records. Every process sees a new version within a second, and then believes no view of another one.
CREATE TABLE guidance (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL
);
INSERT INTO guidance (version) VALUES (0);

-- For tables whose rows are guidance: one trigger each, for statements.
CREATE FUNCTION raise_guidance_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE guidance SET version = version + 1;
    RETURN NULL;
END
$$;

CREATE TRIGGER queue_is_guidance AFTER INSERT OR UPDATE OR DELETE ON queue
FOR EACH STATEMENT EXECUTE FUNCTION raise_guidance_version();

-- Rules of the company that advise next actions; `rule` is in the shape of RuleInput, as it was written: its order is kept.
CREATE TABLE advice_rule (
    name text PRIMARY KEY,
    rule json NOT NULL
);
CREATE TRIGGER rule_is_guidance AFTER INSERT OR UPDATE OR DELETE ON advice_rule
FOR EACH STATEMENT EXECUTE FUNCTION raise_guidance_version();

-- What became of actions that rules advised on a customer. An erasure of the customer deletes its rows: `note` is a text.
CREATE TABLE advice_outcome (
    customer_id uuid NOT NULL,
    at timestamptz NOT NULL,
    outcome_id uuid NOT NULL,
    rule text NOT NULL,
    taken boolean NOT NULL,
    note text,
    key_id uuid NOT NULL,
    PRIMARY KEY (customer_id, at, outcome_id)
);
CREATE INDEX advice_outcome_rule ON advice_outcome (rule, at);
