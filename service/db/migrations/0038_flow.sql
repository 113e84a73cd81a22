-- concurrently
-- The conversations that began in a period, whatever customer has them.
CREATE INDEX conversation_opened ON conversation (opened_at);
-- Customers by the segments that were stated of them; those without any are most, and cost nothing.
CREATE INDEX customer_segments ON customer USING gin (segments) WHERE segments <> '{}';

-- in a transaction
-- Who belongs to a segment by its rule; `customer_id` is the survivor of a merge set. A worker keeps these rows, so that no
-- write waits for them. Erasing a customer deletes them.
CREATE TABLE segment_member (
    segment text NOT NULL,
    customer_id uuid NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (segment, customer_id)
);
CREATE INDEX segment_member_customer ON segment_member (customer_id);

-- Who belongs to segments now, by what was stated of any member of a merge set or by rule. A survivor comes
-- more than once if several of these are so: DISTINCT would cost more than all else.
CREATE FUNCTION segment_survivors(wanted_segments text[]) RETURNS TABLE (segment text, customer_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT named.segment, coalesce(c.merged_into, c.customer_id)
FROM customer c
JOIN unnest(wanted_segments) AS named (segment) ON named.segment = ANY (c.segments)
WHERE c.segments <> '{}' AND c.segments && wanted_segments
UNION ALL
SELECT m.segment, coalesce(c.merged_into, c.customer_id)
FROM segment_member m
JOIN customer c ON c.customer_id = m.customer_id
WHERE m.segment = ANY (wanted_segments)
$$;

-- Which matters are counted: those that began in [opened_from, opened_to); null stands for any subject, queue or channel. One
-- that is unresolved with nothing in it since `silent_since` was given up. Messages of one channel with no more than `pause`
-- between them are one contact.
CREATE TYPE matter_filter AS (
    opened_from timestamptz,
    opened_to timestamptz,
    subject_key text,
    queue text,
    channel channel,
    silent_since timestamptz,
    pause interval
);

-- The matters of segments with their ways; one of a customer who belongs to two of the segments comes once for each.
-- `channels` are those of the customer's own contacts, at most five; `waits` the seconds before each but the first; `asked`
-- the questions for what was known at each of five contacts, the last with all later ones.
CREATE FUNCTION segment_matters(wanted_segments text[], wanted matter_filter)
RETURNS TABLE (
    segment text, customer_id uuid, conversation_id uuid, subject text, opened_at timestamptz, last_at timestamptz,
    ending text, channels channel[], waits double precision[], asked bigint[], contacts bigint, dropped_calls bigint,
    failed_attempts bigint, solution_s double precision
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH belongs AS MATERIALIZED (
    SELECT s.segment, s.customer_id AS survivor_id FROM segment_survivors(wanted_segments) AS s
),
found AS (
    SELECT DISTINCT member.segment, member.survivor_id, v.customer_id, v.conversation_id, v.subject, v.status, v.opened_at,
        v.last_at, v.resolved_at
    FROM conversation v
    JOIN (
        SELECT b.segment, b.survivor_id, b.survivor_id AS customer_id FROM belongs b
        UNION ALL
        SELECT b.segment, b.survivor_id, c.customer_id
        FROM belongs b
        JOIN customer c ON c.merged_into = b.survivor_id AND c.merged_into IS NOT NULL
    ) AS member ON member.customer_id = v.customer_id
    WHERE v.opened_at >= wanted.opened_from AND v.opened_at < wanted.opened_to
        AND (wanted.subject_key IS NULL OR v.subject_key = wanted.subject_key)
        AND (
            wanted.queue IS NULL
            OR v.handed_off AND EXISTS (
                SELECT
                FROM handoff h
                WHERE h.customer_id = v.customer_id AND h.conversation_id = v.conversation_id
                    AND wanted.queue IN (h.queue, h.asked_queue)
            )
            OR EXISTS (
                SELECT
                FROM callback b
                WHERE b.customer_id = v.customer_id AND b.conversation_id = v.conversation_id
                    AND b.queue = wanted.queue
            )
        )
),
matter AS MATERIALIZED (
    SELECT row_number() OVER () AS matter_number, segment, survivor_id, customer_id, conversation_id, subject, status,
        opened_at, last_at, resolved_at
    FROM found
),
event AS (
    SELECT m.matter_number, i.occurred_at, i.interaction_id, i.channel, i.repeated_questions,
        i.direction = 'inbound' AND i.kind <> 'feedback' AS own, lag(i.occurred_at) OVER earlier AS earlier_at,
        i.direction <> 'outbound' AND i.outcome IN ('missed', 'abandoned', 'failed') AS dropped,
        i.kind = 'message' AND i.channel = lag(i.channel) OVER earlier
            AND i.occurred_at - lag(i.occurred_at) OVER earlier <= wanted.pause AS continues
    FROM matter m
    JOIN interaction i ON i.customer_id = m.customer_id AND i.conversation_id = m.conversation_id
        AND i.occurred_at BETWEEN m.opened_at AND m.last_at
    WHERE i.direction = 'inbound' AND i.kind <> 'feedback' OR i.repeated_questions > 0 OR i.outcome IN ('missed', 'abandoned', 'failed')
    WINDOW earlier AS (
        PARTITION BY m.matter_number, i.direction = 'inbound' AND i.kind <> 'feedback'
        ORDER BY i.occurred_at, i.interaction_id
    )
),
numbered AS (
    SELECT e.matter_number, e.occurred_at, e.interaction_id, e.channel, e.repeated_questions, e.own, e.earlier_at,
        e.dropped, contact.begins,
        count(*) FILTER (WHERE contact.begins) OVER (
            PARTITION BY e.matter_number ORDER BY e.occurred_at, e.interaction_id
        ) AS number
    FROM event e
    CROSS JOIN LATERAL (SELECT e.own AND e.continues IS NOT TRUE AS begins) AS contact
),
way AS (
    SELECT n.matter_number,
        array_agg(n.channel ORDER BY n.occurred_at, n.interaction_id) FILTER (WHERE n.begins AND n.number <= 5) AS channels,
        array_agg(extract(epoch FROM n.occurred_at - n.earlier_at)::double precision ORDER BY n.occurred_at, n.interaction_id)
            FILTER (WHERE n.begins AND n.number BETWEEN 2 AND 5) AS waits,
        ARRAY[
            coalesce(sum(n.repeated_questions) FILTER (WHERE n.number <= 1), 0),
            coalesce(sum(n.repeated_questions) FILTER (WHERE n.number = 2), 0),
            coalesce(sum(n.repeated_questions) FILTER (WHERE n.number = 3), 0),
            coalesce(sum(n.repeated_questions) FILTER (WHERE n.number = 4), 0),
            coalesce(sum(n.repeated_questions) FILTER (WHERE n.number >= 5), 0)
        ] AS asked,
        count(*) FILTER (WHERE n.begins) AS contacts,
        count(*) FILTER (WHERE n.dropped) AS dropped_calls,
        min(n.occurred_at) FILTER (WHERE n.own) AS first_at,
        bool_or(n.own AND n.channel = wanted.channel) AS came_by_channel
    FROM numbered n
    GROUP BY n.matter_number
)
SELECT m.segment, m.survivor_id, m.conversation_id, m.subject, m.opened_at, m.last_at,
    CASE WHEN m.status = 'resolved' THEN 'solved' WHEN m.last_at <= wanted.silent_since THEN 'gave_up' ELSE 'open' END,
    coalesce(w.channels, '{}'), coalesce(w.waits, '{}'), coalesce(w.asked, '{0,0,0,0,0}'), coalesce(w.contacts, 0),
    coalesce(w.dropped_calls, 0),
    (
        SELECT count(*)
        FROM attempt a
        WHERE a.customer_id = m.customer_id AND a.conversation_id = m.conversation_id AND a.outcome = 'failed'
    ),
    CASE WHEN m.status = 'resolved' THEN
        extract(epoch FROM greatest(m.resolved_at, w.first_at) - w.first_at)::double precision
    END
FROM matter m
LEFT JOIN way w ON w.matter_number = m.matter_number
WHERE wanted.channel IS NULL OR w.came_by_channel
$$;

-- Which of the counted matters are listed: those that came to contact `step` in `channel`, and there from `came_from`; those on
-- a whole way; those with an ending and those in which the customer was asked again, at that step if there is one; those on
-- ways that are hidden.
CREATE TYPE matter_place AS (
    step integer,
    channel channel,
    came_from channel,
    way channel[],
    ending text,
    asked_again boolean,
    hidden boolean
);
