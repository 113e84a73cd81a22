-- What people say of two customers is one decision, also when they dismiss a suggestion; and what they say beside a change.

INSERT INTO match_decision (customer_id, other_customer_id, decision, decided_by, decided_at)
SELECT DISTINCT ON (pair.customer_id, pair.other_customer_id)
    pair.customer_id, pair.other_customer_id, 'apart',
    coalesce((
        SELECT coalesce(k.name, g.name)
        FROM change_audit a
        LEFT JOIN api_key k ON k.key_id = a.key_id
        LEFT JOIN agent_account g ON g.account_id = a.key_id
        WHERE a.customer_id IN (s.customer_id, s.other_customer_id) AND a.action = 'suggestion.dismissed'
            AND a.at = s.dismissed_at
        LIMIT 1
    ), 'askonce'),
    s.dismissed_at
FROM merge_suggestion s
CROSS JOIN LATERAL (
    SELECT least(s.customer_id, s.other_customer_id) AS customer_id,
        greatest(s.customer_id, s.other_customer_id) AS other_customer_id
) AS pair
WHERE s.dismissed_at IS NOT NULL AND s.customer_id <> s.other_customer_id
ORDER BY pair.customer_id, pair.other_customer_id, s.dismissed_at DESC;

DROP INDEX merge_suggestion_newest;
ALTER TABLE merge_suggestion DROP COLUMN dismissed_at;
CREATE INDEX merge_suggestion_newest ON merge_suggestion (suggested_at, customer_id, other_customer_id, kind, value);

-- The words that a person wrote beside a change of change_audit. Erasure deletes those of the customer.
CREATE TABLE change_note (
    customer_id uuid NOT NULL,
    version bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (customer_id, version)
);

-- Which customers the worker may merge without a person; one row. `rules` is [{"name", "equal": [fields]}].
CREATE TABLE merging_setting (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    verified_identity boolean NOT NULL,
    rules jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL
);

-- Customers of whom a source states an identity with proof that may be another customer's.
CREATE INDEX customer_value_verified ON customer_value (normal) WHERE verified AND ended_at IS NULL;
