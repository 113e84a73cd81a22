-- name: claim_position
-- Up to which event all customers can be found, and how far the sweep is, held until this transaction ends; no row while
-- another worker holds it.
SELECT event_id, sweep FROM search_position
FOR UPDATE SKIP LOCKED;

-- name: move_position
-- All customers of the events up to $1 can be found; the sweep has come to customer $2.
UPDATE search_position SET event_id = $1, sweep = $2;

-- name: index_customers
-- Make what customers $1 and those merged into them came to since the last time findable, the oldest $2 versions of each.
-- A fact with a channel is in the interaction that stated it, too. Gives how many of them have more. Look-ups per customer (OFFSET 0), because a plan that was made while the tables were
-- small reads all of them.
WITH named AS (
    SELECT customer_id FROM unnest($1::uuid[]) AS asked (customer_id)
    UNION
    SELECT customer_id FROM customer WHERE merged_into = ANY ($1::uuid[])
),
member AS MATERIALIZED (
    SELECT c.customer_id, c.language, coalesce(p.version, 0) AS since, least(c.version, coalesce(p.version, 0) + $2) AS until,
        c.version
    FROM named
    CROSS JOIN LATERAL (
        SELECT customer_id, language, version FROM customer WHERE customer_id = named.customer_id OFFSET 0
    ) AS c
    LEFT JOIN LATERAL (
        SELECT version FROM search_progress WHERE customer_id = named.customer_id OFFSET 0
    ) AS p ON true
    WHERE c.version > coalesce(p.version, 0)
),
said AS MATERIALIZED (
    SELECT i.occurred_at, i.interaction_id, i.customer_id, i.conversation_id, coalesce(i.language, member.language) AS language,
        left(i.text, 20000) AS text, i.details -> 'facts' AS facts
    FROM member
    CROSS JOIN LATERAL (
        SELECT occurred_at, interaction_id, customer_id, conversation_id, language, text, details
        FROM interaction
        WHERE customer_id = member.customer_id AND version / 32 BETWEEN member.since / 32 AND member.until / 32
            AND version > member.since AND version <= member.until
        OFFSET 0
    ) AS i
),
texts AS (
    INSERT INTO search_text (occurred_at, interaction_id, customer_id, words)
    SELECT occurred_at, interaction_id, customer_id, search_words(language, text)
    FROM said
    WHERE text <> ''
    ON CONFLICT (occurred_at, interaction_id) DO UPDATE SET customer_id = excluded.customer_id, words = excluded.words
),
stated AS (
    SELECT said.customer_id, f.name, f.value, said.occurred_at AS at, said.conversation_id
    FROM said
    CROSS JOIN LATERAL jsonb_each(said.facts) AS f (name, value)
    WHERE jsonb_typeof(said.facts) = 'object'
    UNION ALL
    SELECT f.customer_id, f.name, f.value, f.at, f.conversation_id
    FROM member
    CROSS JOIN LATERAL (
        SELECT customer_id, name, value, at, conversation_id
        FROM fact
        WHERE customer_id = member.customer_id AND version > member.since AND channel IS NULL
        OFFSET 0
    ) AS f
),
facts AS (
    INSERT INTO search_fact (term, customer_id, name, value, at, conversation_id)
    SELECT DISTINCT ON (term, customer_id, name) term, customer_id, name, value, at, conversation_id
    FROM (
        SELECT search_term(value #>> '{}') AS term, customer_id, name, value #>> '{}' AS value, at, conversation_id
        FROM stated
        WHERE jsonb_typeof(value) IN ('string', 'number') AND length(value #>> '{}') <= 100
        OFFSET 0
    ) AS spelt
    WHERE term <> ''
    ORDER BY term, customer_id, name, at
    ON CONFLICT (term, customer_id, name) DO NOTHING
),
subjects AS (
    INSERT INTO search_subject (conversation_id, customer_id, opened_at, subject, words)
    SELECT c.conversation_id, c.customer_id, c.opened_at, c.subject, search_words(touched.language, left(c.subject, 1000))
    FROM (
        SELECT conversation_id, max(language) AS language FROM said GROUP BY conversation_id
        UNION
        SELECT a.subject_id, member.language
        FROM member
        CROSS JOIN LATERAL (
            SELECT subject_id
            FROM change_audit
            WHERE customer_id = member.customer_id AND version > member.since AND version <= member.until
                AND action = 'conversation.changed'
            OFFSET 0
        ) AS a
    ) AS touched
    CROSS JOIN LATERAL (
        SELECT conversation_id, customer_id, opened_at, subject
        FROM conversation
        WHERE conversation_id = touched.conversation_id
        OFFSET 0
    ) AS c
    LEFT JOIN LATERAL (
        SELECT subject, customer_id FROM search_subject WHERE conversation_id = c.conversation_id OFFSET 0
    ) AS s ON true
    WHERE c.subject IS NOT NULL AND (s.subject IS DISTINCT FROM c.subject OR s.customer_id IS DISTINCT FROM c.customer_id)
    ON CONFLICT (conversation_id) DO UPDATE SET
        customer_id = excluded.customer_id, opened_at = excluded.opened_at, subject = excluded.subject, words = excluded.words
),
progress AS (
    INSERT INTO search_progress (customer_id, version)
    SELECT customer_id, until FROM member
    ON CONFLICT (customer_id) DO UPDATE SET version = excluded.version
    RETURNING customer_id
)
SELECT count(*) FILTER (WHERE member.version > member.until) AS unfinished
FROM progress
JOIN member USING (customer_id);
