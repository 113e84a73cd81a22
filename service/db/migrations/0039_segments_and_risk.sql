-- concurrently
-- The customers of whom segments were stated. Later versions of a customer have the same ones: they cost nothing.
CREATE INDEX customer_stated_segments ON customer (customer_id) INCLUDE (merged_into, segments) WHERE segments <> '{}';

-- in a transaction
-- Segments that were defined: a title for a stated one, or a condition (CEL) that a worker evaluates. What a rule meets is in
-- segment_member, behind the commits of what it reads.
CREATE TABLE segment (
    name text PRIMARY KEY,
    title text NOT NULL,
    rule text,
    changed_at timestamptz NOT NULL
);

-- Customers of whom the rule of a segment decides nothing, and why. Erasure deletes these rows.
CREATE TABLE segment_undecided (
    customer_id uuid NOT NULL,
    segment text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (customer_id, segment)
);
CREATE INDEX segment_undecided_segment ON segment_undecided (segment);

-- Customers who may leave, as a worker found last: `reasons` and `way` are JSON, `urgency` orders them, `since` is when this
-- level began, `told_at` when customer.at_risk was told of it. No row is no risk. Erasure deletes these rows.
CREATE TABLE customer_risk (
    customer_id uuid PRIMARY KEY,
    level text NOT NULL CHECK (level IN ('medium', 'high')),
    urgency integer NOT NULL,
    codes text[] NOT NULL,
    reasons jsonb NOT NULL,
    way jsonb,
    since timestamptz NOT NULL,
    told_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX customer_risk_urgency ON customer_risk (urgency DESC, since, customer_id);

-- Every time that a customer came to be at high risk, by which rules, and whether the customer stayed: null while that is
-- open. Erasure deletes these rows.
CREATE TABLE risk_episode (
    customer_id uuid NOT NULL,
    risen_at timestamptz NOT NULL,
    codes text[] NOT NULL,
    stayed boolean,
    PRIMARY KEY (customer_id, risen_at)
);
CREATE INDEX risk_episode_open ON risk_episode (risen_at) WHERE stayed IS NULL;

-- What people did about it. Erasure deletes these rows.
CREATE TABLE risk_action (
    customer_id uuid NOT NULL,
    risen_at timestamptz NOT NULL,
    acted_at timestamptz NOT NULL,
    action text NOT NULL,
    note text,
    by text NOT NULL,
    PRIMARY KEY (customer_id, risen_at, acted_at)
);

-- How matters ended, by the channels of the customer's first contacts: counted anew each night, and nobody's in particular.
CREATE TABLE way_tally (
    way text[] PRIMARY KEY,
    matters integer NOT NULL,
    gave_up integer NOT NULL
);

-- The ways, as far as an open matter may have come, on which many gave up.
CREATE TABLE way_risk (
    way text[] PRIMARY KEY,
    matters integer NOT NULL,
    gave_up integer NOT NULL
);

-- Up to which event all customers are evaluated; `sweep` is the last of all customers that was evaluated anew, null once the
-- sweep has come to an end, `swept_at` when the last nightly one began, and `tallied_to` up to when ways are counted, null
-- once they are.
CREATE TABLE insight_position (
    event_id bigint NOT NULL,
    sweep uuid,
    swept_at timestamptz,
    tallied_to timestamptz,
    single boolean PRIMARY KEY DEFAULT true CHECK (single)
);
INSERT INTO insight_position (event_id, sweep) SELECT events, '00000000-0000-0000-0000-000000000000' FROM event_count;

-- The way of one matter: the channels of the customer's first `contacts` contacts, among the first 200 inbound interactions;
-- what follows within `gap` on one channel is one contact. No row for a matter without one.
CREATE FUNCTION way_of_matter(
    of_customer uuid, of_conversation uuid, from_time timestamptz, to_time timestamptz, contacts integer, gap interval
) RETURNS TABLE (way text[])
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT array_agg(contact.channel ORDER BY contact.at)
FROM (
    SELECT said.channel, said.at
    FROM (
        SELECT i.channel::text AS channel, i.occurred_at AS at, lag(i.channel::text) OVER told AS channel_before,
            lag(i.occurred_at) OVER told AS at_before
        FROM (
            SELECT occurred_at, interaction_id, channel
            FROM interaction
            WHERE customer_id = of_customer AND occurred_at BETWEEN from_time AND to_time
                AND conversation_id = of_conversation AND direction = 'inbound' AND kind <> 'feedback'
            ORDER BY occurred_at, interaction_id
            LIMIT 200
        ) AS i
        WINDOW told AS (ORDER BY i.occurred_at, i.interaction_id)
    ) AS said
    WHERE said.channel IS DISTINCT FROM said.channel_before OR said.at > said.at_before + gap
    ORDER BY said.at
    LIMIT contacts
) AS contact
HAVING count(*) > 0
$$;
