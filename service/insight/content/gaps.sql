-- name: list_questions
-- The questions of the $3 newest matters that began from $1 to $2, at most $4 of them, those of the newest matters first: what
-- customers asked, by its kind or by a question mark that ends a word. With $5 only those of customers in this segment. Each has
-- the segments of its customer, how often the customer was asked for what was known in the same matter, and whether there are
-- more.
WITH matter AS MATERIALIZED (
    SELECT customer_id, conversation_id, subject, opened_at, last_at
    FROM conversation
    WHERE opened_at >= $1 AND opened_at < $2 AND customer_id NOT IN (SELECT customer_id FROM not_analysed)
    ORDER BY opened_at DESC
    LIMIT $3
),
asked AS MATERIALIZED (
    SELECT coalesce(c.merged_into, c.customer_id) AS survivor_id, c.language AS customer_language, m.*, i.*
    FROM matter m
    JOIN customer c ON c.customer_id = m.customer_id
    CROSS JOIN LATERAL (
        SELECT occurred_at, channel, language, left(text, 300) AS text
        FROM interaction
        WHERE customer_id = m.customer_id AND conversation_id = m.conversation_id
            AND ten_minutes_of(occurred_at) BETWEEN m.opened_at - interval '1 day' AND m.last_at + interval '1 day'
            AND direction = 'inbound' AND text IS NOT NULL
            AND (kind = 'question' OR text ~ '[?？؟](\s|$|["''”“»)])')
        ORDER BY ten_minutes_of(occurred_at), occurred_at
        LIMIT 20
    ) AS i
    ORDER BY m.opened_at DESC, i.occurred_at
    LIMIT $4
),
placed AS (
    SELECT asked.*, ARRAY(
        SELECT named.segment
        FROM customer member
        CROSS JOIN LATERAL unnest(member.segments) AS named (segment)
        WHERE member.customer_id = asked.survivor_id OR member.merged_into = asked.survivor_id
        UNION
        SELECT ruled.segment FROM segment_member ruled WHERE ruled.customer_id = asked.survivor_id
        ORDER BY 1
    ) AS segments
    FROM asked
)
SELECT
    p.survivor_id AS customer_id, p.conversation_id, p.subject, p.occurred_at, p.channel,
    coalesce(p.language, p.customer_language) AS language, p.text, p.segments,
    (
        SELECT coalesce(sum(i.repeated_questions), 0)
        FROM interaction i
        WHERE i.customer_id = p.customer_id AND i.conversation_id = p.conversation_id
            AND ten_minutes_of(i.occurred_at) BETWEEN p.opened_at - interval '1 day' AND p.last_at + interval '1 day'
    ) AS asked_again,
    (SELECT count(*) FROM matter) = $3 OR (SELECT count(*) FROM asked) = $4 AS is_partial
FROM placed p
WHERE $5::text IS NULL OR $5 = ANY (p.segments)
ORDER BY p.opened_at DESC, p.occurred_at;
