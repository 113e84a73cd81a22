-- name: resolve_subjects
-- For each place, from 1, whoever is wanted there: customer $1, or else the owner of the identity ($2 kind, $3 canonical
-- value), with the survivor; no row if there is none. With them the conversation that is meant: the one with id $4 and its
-- owner, if that is of the merge set, else their own with ref $5 (the unresolved one, else that resolved last), else their
-- own unresolved one with subject $10, or without $10 with the latest activity since $6, or the only one whatever its age.
-- Where $7 is a partner's queue, only conversations count that it was handed, and whether it has had a handoff or callback of
-- theirs that is open or ended after $8. Where $9 is true, an automatic audience asks: by a claimed identity it means a
-- conversation in which that took part.
WITH wanted AS (
    SELECT customer_id, kind, value, conversation_id, ref, since, partner, entitled_after, automatic, subject_key, place
    FROM unnest(
        (SELECT $1::uuid[]), (SELECT $2::identity_kind[]), (SELECT $3::text[]), (SELECT $4::uuid[]), (SELECT $5::text[]),
        (SELECT $6::timestamptz[]), (SELECT $7::text[]), (SELECT $8::timestamptz[]), (SELECT $9::boolean[]),
        (SELECT $10::text[])
    ) WITH ORDINALITY AS wanted (
        customer_id, kind, value, conversation_id, ref, since, partner, entitled_after, automatic, subject_key, place
    )
)
SELECT w.place, coalesce(meant.customer_id, survivor.asked_id) AS customer_id, survivor.customer_id AS survivor_id,
    meant.conversation_id, meant.channel,
    w.partner IS NULL OR EXISTS (
        SELECT FROM customer m JOIN handoff h ON h.customer_id = m.customer_id
        WHERE (m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id)
            AND h.queue = w.partner AND (h.ended_at IS NULL OR h.ended_at > w.entitled_after)
    ) OR EXISTS (
        SELECT FROM customer m JOIN callback b ON b.customer_id = m.customer_id
        WHERE (m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id)
            AND b.queue = w.partner AND (b.ended_at IS NULL OR b.ended_at > w.entitled_after)
    ) AS entitled
FROM wanted w
CROSS JOIN LATERAL (
    SELECT coalesce(c.merged_into, c.customer_id) AS customer_id, c.customer_id AS asked_id, asked.claimed
    FROM (
        SELECT w.customer_id, false AS claimed
        UNION ALL
        SELECT i.customer_id, i.link = 'claimed' FROM identity i WHERE i.kind = w.kind AND i.value = w.value
    ) AS asked
    JOIN customer c ON c.customer_id = asked.customer_id
    LIMIT 1
) AS survivor
LEFT JOIN LATERAL (
    SELECT c.customer_id, c.conversation_id, c.channels[array_upper(c.channels, 1)] AS channel
    FROM customer m
    JOIN conversation c ON c.customer_id = m.customer_id
    WHERE (m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id)
        AND CASE
            WHEN w.conversation_id IS NOT NULL THEN c.conversation_id = w.conversation_id
            WHEN m.customer_id <> survivor.asked_id THEN false
            WHEN w.ref IS NOT NULL THEN c.ref = w.ref
            WHEN w.subject_key IS NOT NULL THEN c.status <> 'resolved' AND c.subject_key = w.subject_key
            ELSE c.status <> 'resolved' AND (c.last_at >= w.since OR NOT EXISTS (
                SELECT FROM conversation o
                WHERE o.customer_id = c.customer_id AND o.status <> 'resolved' AND o.conversation_id <> c.conversation_id
            ))
        END
        AND (NOT (w.automatic AND survivor.claimed) OR w.kind || ':' || w.value = ANY (c.identities))
        AND (w.partner IS NULL OR EXISTS (
            SELECT FROM handoff h
            WHERE h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id AND h.queue = w.partner
        ) OR EXISTS (
            SELECT FROM callback b
            WHERE b.customer_id = c.customer_id AND b.conversation_id = c.conversation_id AND b.queue = w.partner
        ))
    ORDER BY c.resolved_at DESC NULLS FIRST, c.last_at DESC
    LIMIT 1
) AS meant ON true;
