-- What a customer's data may be used for, who is restricted, and what must not be erased yet.

-- `restricted` says whether only the privacy desk may see the customer; every member of a merge set has the same. `consents` has
-- what holds by a statement of the customer, such as -profiling or +marketing:email (service/model/consent/marks.py); NULL
-- for those who said nothing. Both stand here because every read has the row at hand.
ALTER TABLE customer ADD COLUMN restricted boolean NOT NULL DEFAULT false;
ALTER TABLE customer ADD COLUMN consents text[];
CREATE INDEX customer_restricted ON customer (customer_id) WHERE restricted;

-- Each statement of a customer about one purpose; the newest counts, none is ever changed. `channel` is NULL for all.
CREATE TABLE consent (
    customer_id uuid NOT NULL,
    consent_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('service', 'analysis', 'marketing', 'profiling')),
    channel channel,
    given boolean NOT NULL,
    basis text NOT NULL CHECK (
        basis IN ('consent', 'contract', 'legal_obligation', 'legitimate_interest', 'vital_interest', 'public_task')
    ),
    source text NOT NULL,
    stated_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (customer_id, consent_id)
);

-- Each time for which processing was or is restricted (GDPR, Art. 18); `lifted_at` is NULL while it is. The
-- survivor of the merge set has come to `version` by it: others are told of this change, and of none that follow.
CREATE TABLE restriction (
    customer_id uuid NOT NULL,
    since timestamptz NOT NULL,
    reason text NOT NULL,
    key_id uuid NOT NULL,
    set_by text NOT NULL,
    lifted_at timestamptz,
    lifted_by text,
    lift_reason text,
    survivor_id uuid NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (customer_id, since)
);
CREATE INDEX restriction_version ON restriction (survivor_id, version);

-- What keeps data of a customer from erasure and retention; until it is released, or `until`.
CREATE TABLE hold (
    customer_id uuid NOT NULL,
    name text NOT NULL,
    reason text NOT NULL,
    until timestamptz,
    set_at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    set_by text NOT NULL,
    PRIMARY KEY (customer_id, name)
);

-- Customers whose data no figure, way or report may hold: restricted, or one of their merge set has withdrawn analysis.
CREATE INDEX customer_not_analysed ON customer (customer_id) WHERE restricted OR consents @> '{-analysis}'::text[];
CREATE VIEW not_analysed AS
SELECT m.customer_id
FROM customer w
JOIN customer m ON m.customer_id = w.customer_id OR m.customer_id = w.merged_into OR m.merged_into = w.customer_id
    OR m.merged_into = w.merged_into
WHERE w.restricted OR w.consents @> '{-analysis}'::text[];

-- Whether something may be concluded about customer $1: none of the merge set is restricted or has withdrawn profiling. The same as
-- the view below says, for the few customers of a page instead of all.
CREATE FUNCTION may_be_profiled(asked_id uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT NOT EXISTS (
    SELECT
    FROM customer asked
    JOIN customer m ON m.customer_id = coalesce(asked.merged_into, asked.customer_id)
        OR m.merged_into = coalesce(asked.merged_into, asked.customer_id)
    WHERE asked.customer_id = asked_id AND (m.restricted OR m.consents @> '{-profiling}'::text[])
);
$$;

-- Customers of whom nothing may be concluded: restricted, or one of their merge set has withdrawn profiling.
CREATE INDEX customer_not_profiled ON customer (customer_id) WHERE restricted OR consents @> '{-profiling}'::text[];
CREATE VIEW not_profiled AS
SELECT m.customer_id
FROM customer w
JOIN customer m ON m.customer_id = w.customer_id OR m.customer_id = w.merged_into OR m.merged_into = w.customer_id
    OR m.merged_into = w.merged_into
WHERE w.restricted OR w.consents @> '{-profiling}'::text[];

CREATE OR REPLACE FUNCTION segment_survivors(wanted_segments text[]) RETURNS TABLE (segment text, customer_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT named.segment, coalesce(c.merged_into, c.customer_id)
FROM customer c
JOIN unnest(wanted_segments) AS named (segment) ON named.segment = ANY (c.segments)
WHERE c.segments <> '{}' AND c.segments && wanted_segments
    AND c.customer_id NOT IN (SELECT n.customer_id FROM not_analysed n UNION ALL SELECT n.customer_id FROM not_profiled n)
UNION ALL
SELECT m.segment, coalesce(c.merged_into, c.customer_id)
FROM segment_member m
JOIN customer c ON c.customer_id = m.customer_id
WHERE m.segment = ANY (wanted_segments)
    AND c.customer_id NOT IN (SELECT n.customer_id FROM not_analysed n UNION ALL SELECT n.customer_id FROM not_profiled n)
$$;

CREATE OR REPLACE VIEW rating AS
SELECT i.customer_id, i.occurred_at, i.interaction_id, i.conversation_id, i.channel, i.source = 'askonce:survey' AS by_survey,
    said.question,
    CASE said.question
        WHEN 'nps' THEN said.value >= 9
        WHEN 'effort' THEN said.value >= 5
        ELSE said.value >= 0.8 * said.scale
    END AS is_top,
    CASE said.question
        WHEN 'nps' THEN said.value <= 6
        WHEN 'effort' THEN said.value < 5
        ELSE said.value < 0.8 * said.scale
    END AS is_bottom
FROM interaction i
CROSS JOIN LATERAL (
    SELECT (i.details -> 'rating' ->> 'value')::numeric AS value, (i.details -> 'rating' ->> 'scale')::numeric AS scale,
        CASE WHEN i.source = 'askonce:survey' THEN i.details -> 'data' ->> 'question' ELSE 'csat' END AS question
) AS said
WHERE i.details ? 'rating' AND i.customer_id NOT IN (SELECT n.customer_id FROM not_analysed n);

-- Whether others are told nothing of a version of a customer: it is restricted, and this is not the change that says so.
CREATE FUNCTION is_hidden_change(of_customer uuid, of_version bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
SELECT EXISTS (
    SELECT FROM customer c
    WHERE c.customer_id = of_customer AND c.restricted AND NOT EXISTS (
        SELECT FROM restriction r WHERE r.survivor_id = of_customer AND r.version = of_version
    )
)
$$;
