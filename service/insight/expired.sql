-- name: count_interactions
-- Count the interactions ($1 customers, $2 times, $3 ids) that go, by the days of the time zone $4: all by kind and channel with the
-- outcome of calls, questions for what was known, concerns, and ratings by channel and by the queue that had the conversation.
INSERT INTO expired_count (day, item, about, place, n)
WITH going AS MATERIALIZED (
    SELECT i.customer_id, i.occurred_at, i.interaction_id, i.conversation_id, i.channel, i.kind, i.outcome, i.details,
        i.repeated_questions, (i.occurred_at AT TIME ZONE $4)::date AS day
    FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS wanted (customer_id, occurred_at, interaction_id)
    JOIN interaction i ON i.customer_id = wanted.customer_id
        AND ten_minutes_of(i.occurred_at) = ten_minutes_of(wanted.occurred_at)
        AND i.occurred_at = wanted.occurred_at AND i.interaction_id = wanted.interaction_id
    WHERE wanted.customer_id NOT IN (SELECT customer_id FROM not_analysed)
),
rated AS (
    SELECT going.day, r.question, r.is_top, r.is_bottom, coalesce(CASE WHEN r.by_survey THEN (
            SELECT i.channel
            FROM interaction i
            WHERE i.customer_id = r.customer_id AND i.conversation_id = r.conversation_id
                AND ten_minutes_of(i.occurred_at) <= ten_minutes_of(r.occurred_at) AND i.occurred_at <= r.occurred_at
                AND i.kind <> 'feedback' AND i.direction <> 'internal'
            ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
            LIMIT 1
        ) ELSE r.channel END::text, '') AS channel, coalesce((
            SELECT h.queue
            FROM handoff h
            WHERE h.customer_id = r.customer_id AND h.conversation_id = r.conversation_id AND h.created_at <= r.occurred_at
            ORDER BY h.handoff_id DESC
            LIMIT 1
        ), '') AS queue
    FROM going
    JOIN rating r ON r.customer_id = going.customer_id AND r.occurred_at = going.occurred_at
        AND r.interaction_id = going.interaction_id
    WHERE going.details ? 'rating'
),
happened AS (
    SELECT day, 'interaction' AS item, kind || coalesce(':' || outcome, '') AS about, channel::text AS place FROM going
    UNION ALL
    SELECT asked.day, 'asked_again', asked.fact, asked.channel::text
    FROM (
        SELECT going.day, going.channel, going.repeated_questions, one.fact, row_number() OVER (
                PARTITION BY going.interaction_id ORDER BY f.customer_id IS NULL, one.place
            ) AS place
        FROM going
        CROSS JOIN LATERAL jsonb_array_elements_text(going.details -> 'asks') WITH ORDINALITY AS one (fact, place)
        LEFT JOIN fact f ON f.customer_id = going.customer_id AND f.name = one.fact AND f.at <= going.occurred_at
        WHERE going.repeated_questions > 0
    ) AS asked
    WHERE asked.place <= asked.repeated_questions
    UNION ALL
    SELECT day, 'concern:' || CASE WHEN details -> 'answered' = 'true' THEN 'answered' ELSE 'open' END, '', channel::text
    FROM going
    WHERE kind = 'concern'
    UNION ALL
    SELECT day, scored.item || grouped.item, question, grouped.place
    FROM rated
    CROSS JOIN LATERAL (
        VALUES ('rating', true), ('rating_top', is_top), ('rating_bottom', is_bottom)
    ) AS scored (item, counts)
    CROSS JOIN LATERAL (VALUES ('', ''), (':channel', channel), (':queue', queue)) AS grouped (item, place)
    WHERE scored.counts
)
SELECT day, item, about, place, count(*) FROM happened GROUP BY day, item, about, place
ON CONFLICT (day, item, about, place) DO UPDATE SET n = expired_count.n + excluded.n;

-- name: count_conversations
-- Count the conversations ($1 customers, $2 ids) that go, with their handoffs and callbacks, by the days of the time zone $3: when
-- they began, were solved, or fell silent unsolved, by the channel of the last contact and the last queue.
INSERT INTO expired_count (day, item, about, place, n)
WITH going AS MATERIALIZED (
    SELECT v.*
    FROM unnest($1::uuid[], $2::uuid[]) AS wanted (customer_id, conversation_id)
    JOIN conversation v ON v.customer_id = wanted.customer_id AND v.conversation_id = wanted.conversation_id
    WHERE wanted.customer_id NOT IN (SELECT customer_id FROM not_analysed)
),
handed AS MATERIALIZED (
    SELECT h.* FROM going JOIN handoff h ON h.customer_id = going.customer_id AND h.conversation_id = going.conversation_id
),
happened AS (
    SELECT opened_at AS at, 'opened' AS item, '' AS place FROM going
    UNION ALL
    SELECT resolved_at, 'solved', '' FROM going WHERE status = 'resolved'
    UNION ALL
    SELECT last_at, 'silent:channel', coalesce((
            SELECT i.channel::text
            FROM interaction i
            WHERE i.customer_id = going.customer_id AND i.conversation_id = going.conversation_id
                AND ten_minutes_of(i.occurred_at) <= ten_minutes_of(going.last_at)
            ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
            LIMIT 1
        ), channels[cardinality(channels)]::text, '')
    FROM going
    WHERE status <> 'resolved'
    UNION ALL
    SELECT last_at, 'silent:queue', coalesce((
            SELECT handed.queue FROM handed
            WHERE handed.conversation_id = going.conversation_id
            ORDER BY handed.handoff_id DESC
            LIMIT 1
        ), '')
    FROM going
    WHERE status <> 'resolved'
    UNION ALL
    SELECT created_at, 'handoff:' || CASE
            WHEN taken_by IS NOT NULL THEN 'taken' WHEN state IN ('failed', 'fell_back') THEN 'failed' ELSE 'open'
        END, asked_queue
    FROM handed
    UNION ALL
    SELECT b.promised_to, CASE WHEN b.kept THEN 'callback:kept' ELSE 'callback:broken' END, b.queue
    FROM going
    JOIN callback b ON b.customer_id = going.customer_id AND b.conversation_id = going.conversation_id
    WHERE b.kept IS NOT NULL OR b.state = 'missed'
)
SELECT (at AT TIME ZONE $3)::date, item, '', place, count(*)
FROM happened
WHERE at IS NOT NULL
GROUP BY 1, item, place
ON CONFLICT (day, item, about, place) DO UPDATE SET n = expired_count.n + excluded.n;

-- name: read_counts
-- What went of the days from $1 to $2, both included, by item, what it is about and the place.
SELECT item, about, place, sum(n)::bigint AS n
FROM expired_count
WHERE day BETWEEN $1 AND $2
GROUP BY item, about, place
ORDER BY item, about, place;
