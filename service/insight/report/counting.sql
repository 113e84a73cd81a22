-- name: list_asked_again
-- What was asked from $1 to before $2 although it was known, by fact and channel. If only some of the facts that were asked for
-- were known, it is those that the customer had stated by then.
SELECT 'asked_again' AS item, asked.fact, asked.channel::text AS place, count(*) AS n
FROM (
    SELECT i.channel, i.repeated_questions, one.fact,
        row_number() OVER (
            PARTITION BY i.interaction_id ORDER BY f.customer_id IS NULL, one.place
        ) AS place
    FROM interaction i
    CROSS JOIN LATERAL jsonb_array_elements_text(i.details -> 'asks') WITH ORDINALITY AS one (fact, place)
    LEFT JOIN fact f ON f.customer_id = i.customer_id AND f.name = one.fact AND f.at <= i.occurred_at
    WHERE i.repeated_questions > 0 AND i.occurred_at >= $1 AND i.occurred_at < $2
        AND i.customer_id NOT IN (SELECT customer_id FROM not_analysed)
) AS asked
WHERE asked.place <= asked.repeated_questions
GROUP BY asked.fact, asked.channel
ORDER BY n DESC, asked.fact, asked.channel;

-- name: list_gave_up
-- Unresolved matters in which nothing happened since a time from $1 to before $2: whose, about what, the channel of the last
-- contact and the queue that had it last, the newest first. `subject_key` is empty without a subject.
SELECT c.customer_id, c.subject_key, c.subject,
    (
        SELECT i.channel::text
        FROM interaction i
        WHERE i.customer_id = c.customer_id AND i.conversation_id = c.conversation_id
            AND ten_minutes_of(i.occurred_at) <= ten_minutes_of(c.last_at) AND i.occurred_at <= c.last_at
        ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
        LIMIT 1
    ) AS channel,
    (
        SELECT h.queue
        FROM handoff h
        WHERE h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id
        ORDER BY h.handoff_id DESC
        LIMIT 1
    ) AS queue
FROM conversation c
WHERE c.status <> 'resolved' AND c.last_at >= $1 AND c.last_at < $2
    AND c.customer_id NOT IN (SELECT customer_id FROM not_analysed)
ORDER BY c.last_at DESC, c.conversation_id;

-- name: list_promises
-- Promised calls whose window ended from $1 to before $2, by queue: kept, or broken.
SELECT CASE WHEN kept THEN 'kept' ELSE 'broken' END AS item, NULL AS fact, queue AS place, count(*) AS n
FROM callback
WHERE promised_to >= $1 AND promised_to < $2 AND (kept IS NOT NULL OR state = 'missed')
    AND customer_id NOT IN (SELECT customer_id FROM not_analysed)
GROUP BY 1, queue
ORDER BY n DESC, queue;

-- name: list_handoffs
-- Handoffs that were created from $1 to before $2, by the queue that was asked first: taken, failed, or neither.
SELECT
    CASE WHEN taken_by IS NOT NULL THEN 'taken' WHEN state IN ('failed', 'fell_back') THEN 'failed' ELSE 'open' END AS item,
    NULL AS fact, asked_queue AS place, count(*) AS n
FROM handoff
WHERE created_at >= $1 AND created_at < $2 AND customer_id NOT IN (SELECT customer_id FROM not_analysed)
GROUP BY 1, asked_queue
ORDER BY n DESC, asked_queue;

-- name: list_concerns
-- What kept people from buying, said from $1 to before $2, by channel: answered, or open.
SELECT CASE WHEN details -> 'answered' = 'true' THEN 'answered' ELSE 'open' END AS item, NULL AS fact,
    channel::text AS place, count(*) AS n
FROM interaction
WHERE kind = 'concern' AND occurred_at >= $1 AND occurred_at < $2
    AND customer_id NOT IN (SELECT customer_id FROM not_analysed)
GROUP BY 1, channel
ORDER BY n DESC, channel;

-- name: count_matters
-- How many matters were opened, and how many resolved, from $1 to before $2.
SELECT count(*) FILTER (WHERE opened_at >= $1 AND opened_at < $2) AS opened,
    count(*) FILTER (WHERE status = 'resolved' AND resolved_at >= $1 AND resolved_at < $2) AS solved
FROM conversation
WHERE (opened_at >= $1 AND opened_at < $2 OR status = 'resolved' AND resolved_at >= $1 AND resolved_at < $2)
    AND customer_id NOT IN (SELECT customer_id FROM not_analysed);
