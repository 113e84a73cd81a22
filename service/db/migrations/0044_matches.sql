-- Which customers may be one person, as a worker found behind the commits of what it compares. All rows are about customers
-- as if they were never merged; the smaller id of a pair comes first. Erasure deletes, by either id: match_profile, match_key
-- (by the keys of the profile), customer_match, match_decision, and the shared_value of these keys.

-- What a customer is compared by: `records` are its records in normal form (MessagePack), `stated` is a digest of what they
-- were made of, `changed_at` is when they became what they are.
CREATE TABLE match_profile (
    customer_id uuid PRIMARY KEY,
    stated bigint NOT NULL,
    records bytea NOT NULL,
    keys bigint[] NOT NULL,
    changed_at timestamptz NOT NULL
);

-- Customers that meet under one key may be one person. The three lowest bits of a key say its kind.
CREATE TABLE match_key (
    key bigint NOT NULL,
    customer_id uuid NOT NULL,
    PRIMARY KEY (key, customer_id)
);

-- How likely two customers are one person (`p`) or live together (`household`), and what speaks for it. `rank` orders all:
-- 3 + p of strong ones, 2 + p of likely ones, the household's probability of the others. `stated_together` are identities of
-- both in one interaction. `changed_at` is when the reasons became what they are. `is_open` is false once a worker has seen
-- that the pair is decided for good or merged: an index is kept short by it, and it decides nothing.
CREATE TABLE customer_match (
    customer_id uuid NOT NULL,
    other_customer_id uuid NOT NULL,
    p double precision NOT NULL,
    household double precision NOT NULL,
    strength text NOT NULL CHECK (strength IN ('strong', 'likely', 'household')),
    rank double precision NOT NULL,
    reasons jsonb NOT NULL,
    stated_together boolean NOT NULL,
    is_open boolean NOT NULL DEFAULT true,
    found_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    weighed_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, other_customer_id),
    CHECK (customer_id < other_customer_id)
);
CREATE INDEX customer_match_other ON customer_match (other_customer_id);
CREATE INDEX customer_match_open ON customer_match (rank, customer_id, other_customer_id) WHERE is_open;

-- What a person or a rule decided of two customers.
CREATE TABLE match_decision (
    customer_id uuid NOT NULL,
    other_customer_id uuid NOT NULL,
    decision text NOT NULL CHECK (decision IN ('same', 'apart', 'later', 'household')),
    note text,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, other_customer_id),
    CHECK (customer_id < other_customer_id)
);
CREATE INDEX match_decision_other ON match_decision (other_customer_id);
CREATE INDEX match_decision_decided ON match_decision (decision, decided_at);

-- Of how many customers a record has a name, a birth date or a place: common ones are little evidence. The name '' counts
-- all that have one, and of the field `record` it counts the customers that have a record.
CREATE TABLE name_frequency (
    field text NOT NULL CHECK (field IN ('given', 'family', 'born', 'place', 'record')),
    name text NOT NULL,
    customers bigint NOT NULL,
    PRIMARY KEY (field, name)
);

-- Telephone numbers, homes and mailboxes of so many customers that they are no evidence.
CREATE TABLE shared_value (
    key bigint PRIMARY KEY,
    field text NOT NULL,
    value text NOT NULL,
    found_at timestamptz NOT NULL
);

-- Up to which event customers are compared, how far the run over all customers is (null without one), the tables of
-- probabilities that an operator chose (null for those that are shipped), how many pairs of one person and of one household
-- each record has as the last run of `askonce resolve` learned it, and how far `askonce resolve` is, if it did not
-- end. One row, held by what writes profiles.
CREATE TABLE match_state (
    event_id bigint NOT NULL,
    sweep uuid,
    tables text,
    person double precision,
    household double precision,
    run text,
    single boolean PRIMARY KEY DEFAULT true CHECK (single)
);
INSERT INTO match_state (event_id, sweep)
SELECT events, CASE WHEN EXISTS (SELECT 1 FROM customer) THEN '00000000-0000-0000-0000-000000000000'::uuid END
FROM event_count;

-- The members of the merge set of a customer that is in no other one.
CREATE FUNCTION merge_set(survivor uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
SELECT customer_id FROM customer WHERE customer_id = survivor
UNION ALL
SELECT customer_id FROM customer WHERE merged_into = survivor
$$;

-- What holds between the merge sets of two customers: an apart first, then a household, then the newest decision.
CREATE FUNCTION decision_between(one uuid, other uuid) RETURNS match_decision
LANGUAGE sql STABLE AS $$
SELECT (d.customer_id, d.other_customer_id, d.decision, d.note, d.decided_by, d.decided_at)::match_decision
FROM match_decision d
WHERE (d.customer_id IN (SELECT merge_set(one)) AND d.other_customer_id IN (SELECT merge_set(other)))
    OR (d.other_customer_id IN (SELECT merge_set(one)) AND d.customer_id IN (SELECT merge_set(other)))
ORDER BY d.decision = 'apart' DESC, d.decision = 'household' DESC, d.decided_at DESC, d.customer_id, d.other_customer_id
LIMIT 1
$$;
