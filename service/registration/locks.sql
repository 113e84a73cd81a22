-- name: lock_for_update
-- Lock customers $1, the owners of conversations $7, and the survivors of their merge sets, in the order of their ids. With
-- them, as they were when this statement began: the conversations of customers $2, sources $3, refs $4 and spaces $12 (the
-- unresolved one, else that resolved last), the latest unresolved ones of customers $5 and subjects $6, those with the ids
-- $7, each with its open or else latest handoff; what customers $8 have said about $9, and the owners of conversations $10 about $11. Each customer comes with the
-- version it had then: if that is not the version now, read again.
WITH held AS (
    SELECT c.customer_id, c.version, c.merged_into, c.last_registered_at
    FROM customer c
    WHERE c.customer_id = ANY (ARRAY(
        WITH asked AS (
            SELECT one.customer_id FROM unnest((SELECT $1::uuid[])) AS one (customer_id)
            UNION ALL
            SELECT c.customer_id FROM conversation c WHERE c.conversation_id = ANY ((SELECT $7::uuid[])::uuid[])
        )
        SELECT customer_id FROM asked
        UNION
        SELECT (SELECT c.merged_into FROM customer c WHERE c.customer_id = asked.customer_id) FROM asked
    ))
    ORDER BY c.customer_id
    FOR UPDATE
),
found AS (
    SELECT latest.*
    FROM unnest((SELECT $2::uuid[]), (SELECT $3::text[]), (SELECT $4::text[]), (SELECT $12::integer[])) AS wanted (
        customer_id, source, ref, space_id
    )
    CROSS JOIN LATERAL (
        SELECT c.*
        FROM conversation c
        WHERE c.customer_id = wanted.customer_id AND c.source = wanted.source AND c.ref = wanted.ref
            AND c.space_id = wanted.space_id
        ORDER BY c.resolved_at DESC NULLS FIRST, c.opened_at DESC
        LIMIT 1
    ) latest
    UNION ALL
    SELECT latest.*
    FROM unnest((SELECT $5::uuid[]), (SELECT $6::text[])) AS wanted (customer_id, subject_key)
    CROSS JOIN LATERAL (
        SELECT c.*
        FROM conversation c
        WHERE c.customer_id = wanted.customer_id AND c.subject_key = wanted.subject_key AND c.status <> 'resolved'
        ORDER BY c.opened_at DESC
        LIMIT 1
    ) latest
    UNION ALL
    SELECT c.*
    FROM conversation c
    WHERE c.conversation_id = ANY ((SELECT $7::uuid[])::uuid[])
)
SELECT
    ARRAY(
        SELECT (
            h.customer_id, h.version, seen.version, h.merged_into, h.last_registered_at
        )::locked_customer
        FROM held h
        JOIN customer seen ON seen.customer_id = h.customer_id
    ) AS customers,
    ARRAY(
        SELECT (
            f.customer_id, f.conversation_id, f.source, f.ref, f.subject, f.subject_key, f.status, f.channels,
            f.opened_at, f.last_at, f.resolved_at, f.interactions, f.facts, f.identities, f.space_id
        )::conversation_row
        FROM found f
    ) AS conversations,
    ARRAY(
        SELECT (f.conversation_id, latest.state, latest.mode, latest.transferred)::conversation_handoff
        FROM found f
        CROSS JOIN LATERAL (
            SELECT h.state, h.mode, h.parent_id IS NOT NULL AS transferred
            FROM handoff h
            WHERE h.customer_id = f.customer_id AND h.conversation_id = f.conversation_id
            ORDER BY h.ended_at IS NULL DESC, h.handoff_id DESC
            LIMIT 1
        ) AS latest
        WHERE f.handed_off
    ) AS handoffs,
    ARRAY(
        SELECT (
            f.customer_id, f.name, f.value, f.source, f.channel, f.at, f.verified, f.conversation_id, f.version, f.vouched
        )::fact_row
        FROM (
            SELECT said.*
            FROM unnest((SELECT $8::uuid[]), (SELECT $9::text[])) AS wanted (customer_id, name)
            JOIN fact said ON said.customer_id = wanted.customer_id AND said.name = wanted.name
            UNION ALL
            SELECT said.*
            FROM unnest((SELECT $10::uuid[]), (SELECT $11::text[])) AS wanted (conversation_id, name)
            JOIN conversation c ON c.conversation_id = wanted.conversation_id
            JOIN fact said ON said.customer_id = c.customer_id AND said.name = wanted.name
        ) AS f
        WHERE f.value <> 'null'
    ) AS facts;
