-- name: count_all
-- Answers from $1 to before $2 by question.
SELECT NULL::text AS key, question, count(*) AS n, count(*) FILTER (WHERE is_top) AS top,
    count(*) FILTER (WHERE is_bottom) AS bottom
FROM rating
WHERE occurred_at >= $1 AND occurred_at < $2
GROUP BY question
ORDER BY question;

-- name: count_by_queue
-- The same by the queue that had the conversation last when the rating came; null if none had it.
SELECT desk.queue AS key, question, count(*) AS n, count(*) FILTER (WHERE is_top) AS top,
    count(*) FILTER (WHERE is_bottom) AS bottom
FROM rating r
LEFT JOIN LATERAL (
    SELECT h.queue
    FROM handoff h
    WHERE h.customer_id = r.customer_id AND h.conversation_id = r.conversation_id AND h.created_at <= r.occurred_at
    ORDER BY h.handoff_id DESC
    LIMIT 1
) AS desk ON true
WHERE r.occurred_at >= $1 AND r.occurred_at < $2
GROUP BY desk.queue, question
ORDER BY desk.queue, question;

-- name: count_by_channel
-- The same by channel; of an answer by a link that of the contact before it in the conversation, else null.
SELECT place.channel::text AS key, question, count(*) AS n, count(*) FILTER (WHERE is_top) AS top,
    count(*) FILTER (WHERE is_bottom) AS bottom
FROM rating r
LEFT JOIN LATERAL (
    SELECT r.channel WHERE NOT r.by_survey
    UNION ALL
    (
        SELECT i.channel
        FROM interaction i
        WHERE r.by_survey AND i.customer_id = r.customer_id AND i.conversation_id = r.conversation_id
            AND ten_minutes_of(i.occurred_at) <= ten_minutes_of(r.occurred_at) AND i.occurred_at <= r.occurred_at
            AND i.kind <> 'feedback' AND i.direction <> 'internal'
        ORDER BY ten_minutes_of(i.occurred_at) DESC, i.occurred_at DESC, i.interaction_id DESC
        LIMIT 1
    )
) AS place ON true
WHERE r.occurred_at >= $1 AND r.occurred_at < $2
GROUP BY place.channel, question
ORDER BY place.channel, question;

-- name: count_by_segment
-- The same by segment: those that were stated of any customer of the merge set, and those that it belongs to by rule; null if
-- there are none.
SELECT named.segment AS key, question, count(*) AS n, count(*) FILTER (WHERE is_top) AS top,
    count(*) FILTER (WHERE is_bottom) AS bottom
FROM rating r
JOIN customer c ON c.customer_id = r.customer_id
CROSS JOIN LATERAL (SELECT coalesce(c.merged_into, c.customer_id) AS customer_id) AS survivor
LEFT JOIN LATERAL (
    SELECT unnest(member.segments) AS segment
    FROM customer member
    WHERE (member.customer_id = survivor.customer_id OR member.merged_into = survivor.customer_id)
        AND survivor.customer_id NOT IN (SELECT customer_id FROM not_profiled)
    UNION
    SELECT m.segment FROM segment_member m WHERE m.customer_id = survivor.customer_id
) AS named ON true
WHERE r.occurred_at >= $1 AND r.occurred_at < $2
GROUP BY named.segment, question
ORDER BY named.segment, question;
