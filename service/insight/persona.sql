-- name: read_persona
-- What the customers of the segments $1 say together, as one JSON document in the shape of PersonaRecords: of at most $2
-- customers, those with the newest contacts, and of at most $3 contacts of each. A customer is silent if nothing came since $4.
WITH survivor AS MATERIALIZED (
    SELECT DISTINCT s.customer_id FROM segment_survivors($1::text[]) AS s
),
sampled AS MATERIALIZED (
    SELECT c.customer_id
    FROM survivor s
    JOIN customer c ON c.customer_id = s.customer_id
    ORDER BY c.last_registered_at DESC, c.customer_id
    LIMIT $2
),
member AS MATERIALIZED (
    SELECT s.customer_id AS survivor_id, s.customer_id FROM sampled s
    UNION ALL
    SELECT s.customer_id, c.customer_id FROM sampled s JOIN customer c ON c.merged_into = s.customer_id
),
contact AS MATERIALIZED (
    SELECT m.survivor_id, m.customer_id, i.occurred_at, i.interaction_id, i.conversation_id, i.channel, i.direction, i.mood,
        i.text, i.repeated_questions > 0 OR i.details #>> '{attempt,outcome}' = 'failed'
            OR i.direction <> 'outbound' AND i.outcome IN ('missed', 'abandoned', 'failed') AS friction
    FROM member m
    CROSS JOIN LATERAL (
        SELECT occurred_at, interaction_id, conversation_id, channel, direction, mood, text, details, outcome,
            repeated_questions
        FROM interaction
        WHERE customer_id = m.customer_id AND direction <> 'internal' AND kind NOT IN ('note', 'system')
        ORDER BY ten_minutes_of(occurred_at) DESC, occurred_at DESC, interaction_id DESC
        LIMIT $3
    ) AS i
),
first_contact AS (
    SELECT DISTINCT ON (m.survivor_id) i.mood, i.friction
    FROM member m
    CROSS JOIN LATERAL (
        SELECT occurred_at, interaction_id, mood, repeated_questions > 0 OR details #>> '{attempt,outcome}' = 'failed'
            OR direction <> 'outbound' AND outcome IN ('missed', 'abandoned', 'failed') AS friction
        FROM interaction
        WHERE customer_id = m.customer_id AND direction <> 'internal' AND kind NOT IN ('note', 'system')
        ORDER BY ten_minutes_of(occurred_at), occurred_at, interaction_id
        LIMIT 1
    ) AS i
    ORDER BY m.survivor_id, i.occurred_at, i.interaction_id
),
last_contact AS (
    SELECT newest.mood, newest.friction
    FROM (
        SELECT DISTINCT ON (survivor_id) survivor_id, occurred_at, mood, friction
        FROM contact
        ORDER BY survivor_id, occurred_at DESC, interaction_id DESC
    ) AS newest
    WHERE newest.occurred_at < $4
),
said AS (
    SELECT survivor_id, customer_id, channel, occurred_at, mood, left(text, 1000) AS text
    FROM contact
    WHERE direction = 'inbound' AND text <> ''
    ORDER BY occurred_at DESC, interaction_id DESC
    LIMIT 1000
)
SELECT json_build_object(
    'customers', (SELECT count(*) FROM survivor),
    'sampled', (SELECT coalesce(json_agg(customer_id), '[]') FROM sampled),
    'channels', (
        SELECT coalesce(json_object_agg(channel, contacts), '{}')
        FROM (
            SELECT channel, count(*) AS contacts FROM contact WHERE direction = 'inbound' GROUP BY channel
        ) AS counted
    ),
    'styles', (
        SELECT coalesce(json_object_agg(style, customers), '{}')
        FROM (
            SELECT c.communication_style AS style, count(DISTINCT m.survivor_id) AS customers
            FROM member m
            JOIN customer c ON c.customer_id = m.customer_id
            WHERE c.communication_style <> ''
            GROUP BY c.communication_style
        ) AS counted
    ),
    'wants', (
        SELECT coalesce(json_agg(wanted ORDER BY matters DESC, subject), '[]')
        FROM (
            SELECT min(v.subject) AS subject, count(*) AS matters, count(DISTINCT m.survivor_id) AS customers
            FROM member m
            JOIN conversation v ON v.customer_id = m.customer_id
            WHERE v.subject <> '' AND v.conversation_id IN (SELECT conversation_id FROM contact)
            GROUP BY v.subject_key
            ORDER BY matters DESC, subject
            LIMIT 50
        ) AS wanted
    ),
    'matters', (SELECT count(DISTINCT conversation_id) FROM contact),
    'said', (
        SELECT coalesce(json_agg(json_build_object(
            'customer_id', s.survivor_id, 'name', c.name, 'channel', s.channel, 'at', s.occurred_at, 'mood', s.mood,
            'text', s.text
        ) ORDER BY s.occurred_at DESC), '[]')
        FROM said s
        JOIN customer c ON c.customer_id = s.customer_id
    ),
    'first', (
        SELECT json_build_object(
            'contacts', count(*), 'mood', avg(mood), 'frictions', count(*) FILTER (WHERE friction)
        ) FROM first_contact
    ),
    'last', (
        SELECT json_build_object(
            'contacts', count(*), 'mood', avg(mood), 'frictions', count(*) FILTER (WHERE friction)
        ) FROM last_contact
    )
);
