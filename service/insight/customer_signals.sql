-- name: read_signals
-- What the signals of customers $1 are made of, a row for each of their survivors, with the ids of the merge set: the same
-- records, within the same limits, as `customer_records` of the context reads and the projection shows, counted here. $2 the
-- beginning of the 30 days that contacts and dropped calls count in. Customers that are gone, restricted, or
-- of whom nothing may be concluded have no row.
SELECT survivor.customer_id, members.ids AS members, members.repeated_questions AS asked_again, recent.moods, recent.repeated_questions, recent.rating, lately.contacts,
    lately.dropped_calls, shown.failed_attempts, shown.transfers, called.broken_promises
FROM (
    SELECT DISTINCT coalesce(c.merged_into, c.customer_id) AS customer_id
    FROM customer c
    WHERE c.customer_id = ANY ((SELECT $1::uuid[])::uuid[])
) AS survivor
JOIN LATERAL (
    SELECT array_agg(m.customer_id) AS ids, sum(m.repeated_questions) AS repeated_questions,
        bool_or(m.restricted OR m.consents @> '{-profiling}') IS TRUE AS barred
    FROM (
        SELECT c.customer_id, c.repeated_questions, c.restricted, c.consents FROM customer c WHERE c.customer_id = survivor.customer_id
        UNION ALL
        SELECT c.customer_id, c.repeated_questions, c.restricted, c.consents FROM customer c WHERE c.merged_into = survivor.customer_id
    ) AS m
) AS members ON NOT members.barred
CROSS JOIN LATERAL (
    SELECT
        coalesce(
            array_agg(r.mood::text::float8 ORDER BY r.occurred_at DESC, r.interaction_id DESC) FILTER (WHERE r.mood IS NOT NULL),
            '{}'
        ) AS moods,
        coalesce(sum(r.repeated_questions), 0) AS repeated_questions,
        (
            array_agg(
                (r.rating ->> 'value')::float8 / (r.rating ->> 'scale')::float8
                ORDER BY r.occurred_at DESC, r.interaction_id DESC
            ) FILTER (WHERE r.rating IS NOT NULL)
        )[1] AS rating,
        array_agg(r.conversation_id) AS conversations
    FROM (
        SELECT newest.occurred_at, newest.interaction_id, newest.conversation_id, newest.mood, newest.repeated_questions,
            nullif(newest.details -> 'rating', 'null') AS rating
        FROM unnest(members.ids) AS m (customer_id)
        CROSS JOIN LATERAL (
            SELECT i.*
            FROM interaction i
            WHERE i.customer_id = m.customer_id
            ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
            LIMIT 20
        ) AS newest
        ORDER BY newest.occurred_at DESC, newest.interaction_id DESC
        LIMIT 20
    ) AS r
) AS recent
CROSS JOIN LATERAL (
    SELECT count(DISTINCT (i.conversation_id, i.channel)) FILTER (WHERE i.direction = 'inbound') AS contacts,
        count(*) FILTER (WHERE i.direction <> 'outbound' AND i.outcome IN ('missed', 'abandoned', 'failed')) AS dropped_calls
    FROM unnest(members.ids) AS m (customer_id)
    CROSS JOIN LATERAL (
        SELECT i.conversation_id, i.channel, i.direction, i.outcome
        FROM interaction i
        WHERE i.customer_id = m.customer_id AND ten_minutes_of(i.occurred_at) >= ten_minutes_of($2) AND i.occurred_at > $2
        ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC
        LIMIT 1000
    ) AS i
) AS lately
CROSS JOIN LATERAL (
    WITH chosen AS (
        SELECT opened.*
        FROM unnest(members.ids) AS m (customer_id)
        CROSS JOIN LATERAL (
            SELECT c.customer_id, c.conversation_id, c.status, c.last_at, c.resolved_at
            FROM conversation c
            WHERE c.customer_id = m.customer_id AND c.status <> 'resolved'
            ORDER BY c.opened_at DESC
            LIMIT 20
        ) AS opened
        UNION
        SELECT ended.*
        FROM unnest(members.ids) AS m (customer_id)
        CROSS JOIN LATERAL (
            SELECT c.customer_id, c.conversation_id, c.status, c.last_at, c.resolved_at
            FROM conversation c
            WHERE c.customer_id = m.customer_id AND c.status = 'resolved'
            ORDER BY c.resolved_at DESC
            LIMIT 5
        ) AS ended
        UNION
        SELECT c.customer_id, c.conversation_id, c.status, c.last_at, c.resolved_at
        FROM unnest(members.ids) AS m (customer_id)
        JOIN conversation c ON c.customer_id = m.customer_id AND c.conversation_id = ANY (recent.conversations)
    )
    SELECT coalesce(sum(one.failed), 0)::bigint AS failed_attempts, coalesce(max(one.transfers), 0) AS transfers
    FROM (
        (
            SELECT customer_id, conversation_id FROM chosen
            WHERE status <> 'resolved'
            ORDER BY last_at DESC, conversation_id DESC
            LIMIT 20
        )
        UNION ALL
        (
            SELECT customer_id, conversation_id FROM chosen
            WHERE status = 'resolved'
            ORDER BY coalesce(resolved_at, last_at) DESC, last_at DESC, conversation_id DESC
            LIMIT 5
        )
    ) AS c
    CROSS JOIN LATERAL (
        SELECT (
            SELECT count(*) FILTER (WHERE tried.outcome = 'failed')
            FROM (
                SELECT a.outcome FROM attempt a
                WHERE a.customer_id = c.customer_id AND a.conversation_id = c.conversation_id
                ORDER BY a.at DESC
                LIMIT 100
            ) AS tried
        ) AS failed, (
            SELECT count(*)
            FROM (
                SELECT FROM handoff h
                WHERE h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id AND h.state = 'transferred'
                LIMIT 100
            ) AS transferred
        ) AS transfers
    ) AS one
) AS shown
CROSS JOIN LATERAL (
    SELECT count(*) AS broken_promises
    FROM unnest(members.ids) AS m (customer_id)
    CROSS JOIN LATERAL (
        SELECT b.state, b.kept
        FROM callback b
        WHERE b.customer_id = m.customer_id AND (b.ended_at IS NULL OR b.state = 'uncallable')
        ORDER BY b.ended_at DESC NULLS FIRST
        LIMIT 100
    ) AS b
    WHERE b.state = 'missed' OR (b.kept IS FALSE AND b.state IN ('scheduled', 'due', 'claimed', 'uncallable'))
) AS called;
