-- name: read_snapshot
-- All that is known of the events $1 and of what their parties claim $2, as of one moment and without a lock: receipts (without
-- an interaction if that was deleted); which claims are of erased customers; the
-- owners of the claims, each as if it was never merged (of a device, whether its owner has an identity of the kinds $3);
-- identities of the kinds $4, of which a customer has one, if a claim of such a kind has no owner yet; the customers of the
-- parties and their survivors; the conversations that may go on (of a source, ref and space the unresolved one, else that
-- resolved last; of a subject the latest unresolved one; those that are named), and their open or else latest handoffs; what
-- is known of the facts.
WITH asked AS MATERIALIZED (
    SELECT party, space_id, source, customer_id, conversation_id, ref, subject_key, names, digest
    FROM unnest((SELECT $1::asked_event[]))
),
answered AS MATERIALIZED (
    SELECT
        i.interaction_id, coalesce(r.survivor_id, r.customer_id) AS customer_id, i.conversation_id,
        coalesce(r.survivor_version, r.version) AS version, r.digest
    FROM asked
    JOIN receipt r ON r.digest = asked.digest
    LEFT JOIN LATERAL (
        SELECT i.interaction_id, i.conversation_id
        FROM interaction i
        WHERE i.customer_id = r.customer_id AND i.version / 32 = r.version / 32 AND i.version = r.version
        UNION ALL
        SELECT e.interaction_id, e.conversation_id FROM expired_receipt e WHERE e.digest = r.digest
        LIMIT 1
    ) AS i ON true
),
claimed AS MATERIALIZED (
    SELECT wanted.party, i.kind, i.value, i.customer_id, i.verified
    FROM unnest((SELECT $2::asked_claim[])) AS wanted
    JOIN identity i ON i.kind = wanted.kind AND i.value = wanted.value
),
concerned AS MATERIALIZED (
    SELECT party, customer_id FROM claimed
    UNION
    SELECT party, customer_id FROM asked WHERE customer_id IS NOT NULL
),
named AS MATERIALIZED (
    SELECT c.*
    FROM conversation c
    WHERE c.conversation_id = ANY (ARRAY(SELECT conversation_id FROM asked WHERE conversation_id IS NOT NULL))
),
known AS MATERIALIZED (
    SELECT c.customer_id, c.version, c.merged_into, c.last_registered_at
    FROM customer c
    WHERE c.customer_id = ANY (ARRAY(SELECT customer_id FROM concerned UNION SELECT customer_id FROM named))
),
found AS MATERIALIZED (
    SELECT latest.*
    FROM (
        SELECT DISTINCT concerned.customer_id, asked.source, asked.ref, asked.space_id
        FROM asked
        JOIN concerned USING (party)
        WHERE asked.ref IS NOT NULL
    ) AS wanted
    CROSS JOIN LATERAL (
        SELECT c.*
        FROM conversation c
        WHERE c.customer_id = wanted.customer_id AND c.source = wanted.source AND c.ref = wanted.ref
            AND c.space_id = wanted.space_id
        ORDER BY c.resolved_at DESC NULLS FIRST, c.opened_at DESC
        LIMIT 1
    ) AS latest
    UNION ALL
    SELECT latest.*
    FROM (
        SELECT DISTINCT concerned.customer_id, asked.subject_key
        FROM asked
        JOIN concerned USING (party)
        WHERE asked.subject_key IS NOT NULL
    ) AS wanted
    CROSS JOIN LATERAL (
        SELECT c.*
        FROM conversation c
        WHERE c.customer_id = wanted.customer_id AND c.subject_key = wanted.subject_key AND c.status <> 'resolved'
        ORDER BY c.opened_at DESC
        LIMIT 1
    ) AS latest
    UNION ALL
    SELECT named.*
    FROM named
)
SELECT
    ARRAY(
        SELECT (r.interaction_id, r.customer_id, r.conversation_id, r.version, r.digest)::receipt_answer
        FROM answered r
    ) AS receipts,
    CASE WHEN EXISTS (SELECT FROM erased_identity) THEN ARRAY(SELECT erased_claims($2)) END AS erased,
    ARRAY(
        SELECT (
            claimed.kind, claimed.value, claimed.customer_id, claimed.verified,
            claimed.kind = 'device' AND EXISTS (
                SELECT FROM identity account
                WHERE account.customer_id = claimed.customer_id AND account.kind = ANY ($3::identity_kind[])
            )
        )::identity_owner
        FROM claimed
    ) AS owners,
    ARRAY(
        SELECT (i.customer_id, i.kind, i.value, i.source)::exclusive_identity
        FROM concerned
        JOIN identity i ON i.customer_id = concerned.customer_id AND i.kind = ANY ($4::identity_kind[])
        WHERE concerned.party = ANY (ARRAY(
            SELECT wanted.party
            FROM unnest((SELECT $2::asked_claim[])) AS wanted
            WHERE wanted.kind = ANY ($4) AND NOT EXISTS (
                SELECT FROM claimed WHERE claimed.kind = wanted.kind AND claimed.value = wanted.value
            )
        ))
    ) AS exclusive,
    ARRAY(
        SELECT (c.customer_id, c.version, c.merged_into, c.last_registered_at)::known_customer
        FROM (
            SELECT customer_id, version, merged_into, last_registered_at FROM known
            UNION ALL
            SELECT customer_id, version, merged_into, last_registered_at
            FROM customer
            WHERE customer_id = ANY (ARRAY(SELECT merged_into FROM known WHERE merged_into IS NOT NULL))
        ) AS c
    ) AS customers,
    ARRAY(
        SELECT (
            f.customer_id, f.conversation_id, f.source, f.ref, f.subject, f.subject_key, f.status, f.channels,
            f.opened_at, f.last_at, f.resolved_at, f.interactions, f.facts, f.identities, f.space_id
        )::conversation_row
        FROM found f
    ) AS conversations,
    ARRAY(
        SELECT (handed.conversation_id, latest.state, latest.mode, latest.transferred)::conversation_handoff
        FROM (
            SELECT customer_id, conversation_id FROM found WHERE handed_off
            UNION
            SELECT c.customer_id, c.conversation_id
            FROM conversation c
            WHERE c.conversation_id = ANY (ARRAY(SELECT conversation_id FROM answered)) AND c.handed_off
        ) AS handed
        CROSS JOIN LATERAL (
            SELECT h.state, h.mode, h.parent_id IS NOT NULL AS transferred
            FROM handoff h
            WHERE h.customer_id = handed.customer_id AND h.conversation_id = handed.conversation_id
            ORDER BY h.ended_at IS NULL DESC, h.handoff_id DESC
            LIMIT 1
        ) AS latest
    ) AS handoffs,
    ARRAY(
        SELECT (
            f.customer_id, f.name, f.value, f.source, f.channel, f.at, f.verified, f.conversation_id, f.version, f.vouched
        )::fact_row
        FROM (
            SELECT concerned.customer_id, one.name
            FROM asked
            JOIN concerned USING (party)
            CROSS JOIN LATERAL unnest(asked.names) AS one (name)
            WHERE asked.conversation_id IS NULL
            UNION
            SELECT named.customer_id, one.name
            FROM asked
            JOIN named USING (conversation_id)
            CROSS JOIN LATERAL unnest(asked.names) AS one (name)
        ) AS wanted
        JOIN fact f ON f.customer_id = wanted.customer_id AND f.name = wanted.name
        WHERE f.value <> 'null'
    ) AS facts;
