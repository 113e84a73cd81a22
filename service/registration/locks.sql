-- name: lock_for_update
-- Lock customers $1 in the order of their ids; gives them with the customers merged into them. Of their merge sets, as
-- they were when this statement began: the latest conversations of customers $2, sources $3 and refs $4, the latest
-- unresolved ones of customers $5 and subjects $6, those of customers $7 with the ids $8, and what customers $9 have said
-- about $10. Each customer comes with the version it had then: if that is not the version now, read again.
WITH held AS (
    SELECT c.customer_id, c.version, c.merged_into, c.last_registered_at
    FROM customer c
    WHERE c.customer_id = ANY ((SELECT $1::uuid[])::uuid[])
    ORDER BY c.customer_id
    FOR UPDATE
),
member AS MATERIALIZED (
    SELECT canonical_id, canonical_id AS customer_id
    FROM unnest((SELECT $1::uuid[])) AS one (canonical_id)
    UNION ALL
    SELECT merged_into, customer_id
    FROM customer
    WHERE merged_into = ANY ((SELECT $1::uuid[])::uuid[])
),
found AS (
    SELECT latest.*
    FROM unnest((SELECT $2::uuid[]), (SELECT $3::text[]), (SELECT $4::text[])) AS wanted (canonical_id, source, ref)
    JOIN member USING (canonical_id)
    CROSS JOIN LATERAL (
        SELECT c.*
        FROM conversation c
        WHERE c.customer_id = member.customer_id AND c.source = wanted.source AND c.ref = wanted.ref
        ORDER BY c.opened_at DESC
        LIMIT 1
    ) latest
    UNION ALL
    SELECT latest.*
    FROM unnest((SELECT $5::uuid[]), (SELECT $6::text[])) AS wanted (canonical_id, subject_key)
    JOIN member USING (canonical_id)
    CROSS JOIN LATERAL (
        SELECT c.*
        FROM conversation c
        WHERE c.customer_id = member.customer_id AND c.subject_key = wanted.subject_key AND c.status <> 'resolved'
        ORDER BY c.opened_at DESC
        LIMIT 1
    ) latest
    UNION ALL
    SELECT c.*
    FROM unnest((SELECT $7::uuid[]), (SELECT $8::uuid[])) AS wanted (canonical_id, conversation_id)
    JOIN member USING (canonical_id)
    JOIN conversation c ON c.customer_id = member.customer_id AND c.conversation_id = wanted.conversation_id
)
SELECT
    ARRAY(
        SELECT (
            h.customer_id, h.version, seen.version, h.merged_into, h.last_registered_at,
            ARRAY(SELECT m.customer_id FROM customer m WHERE m.merged_into = h.customer_id)
        )::locked_customer
        FROM held h
        JOIN customer seen ON seen.customer_id = h.customer_id
    ) AS customers,
    ARRAY(
        SELECT (
            f.customer_id, f.conversation_id, f.source, f.ref, f.subject, f.subject_key, f.status, f.channels,
            f.opened_at, f.last_at, f.resolved_at, f.interactions, f.facts, f.identities
        )::conversation_row
        FROM found f
    ) AS conversations,
    ARRAY(
        SELECT (
            f.customer_id, f.name, f.value, f.source, f.channel, f.at, f.verified, f.conversation_id, f.version
        )::fact_row
        FROM unnest((SELECT $9::uuid[]), (SELECT $10::text[])) AS wanted (canonical_id, name)
        JOIN member USING (canonical_id)
        JOIN fact f ON f.customer_id = member.customer_id AND f.name = wanted.name
    ) AS facts;
