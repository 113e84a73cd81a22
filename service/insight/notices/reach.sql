-- name: list_concerned
-- At most $5 customers after customer $4 whom a notice concerns, in the order of their ids: those with an open handoff, an open
-- callback or an open matter at one of the queues $1, those in one of the segments $2, and with $3 those with any open matter.
-- After merges, with all that their merge sets wish, the survivor first.
WITH concerned AS (
    SELECT customer_id FROM handoff WHERE queue = ANY ($1::text []) AND state IN ('offered', 'accepted', 'active')
    UNION
    SELECT customer_id FROM callback WHERE queue = ANY ($1::text []) AND state IN ('scheduled', 'due', 'claimed', 'missed')
    UNION
    SELECT c.customer_id
    FROM handoff h
    JOIN conversation c ON c.customer_id = h.customer_id AND c.conversation_id = h.conversation_id
    WHERE h.queue = ANY ($1::text []) AND c.status <> 'resolved'
    UNION
    SELECT customer_id FROM customer WHERE segments <> '{}' AND segments && $2::text []
        AND customer_id NOT IN (SELECT customer_id FROM not_profiled)
    UNION
    SELECT customer_id FROM segment_member WHERE segment = ANY ($2::text [])
    UNION
    SELECT customer_id FROM conversation WHERE $3::boolean AND status <> 'resolved'
),
survivor AS (
    SELECT DISTINCT coalesce(c.merged_into, c.customer_id) AS customer_id
    FROM concerned
    JOIN customer c ON c.customer_id = concerned.customer_id
    WHERE NOT c.restricted AND ($4::uuid IS NULL OR coalesce(c.merged_into, c.customer_id) > $4)
    ORDER BY 1
    LIMIT $5
)
SELECT survivor.customer_id, c.language, (
    SELECT json_agg(json_strip_nulls(json_build_object(
        'preferred_channel', m.preferred_channel, 'channel_wishes', m.channel_wishes, 'do_not_contact', m.do_not_contact,
        'consents', m.consents
    )) ORDER BY m.merged_into NULLS FIRST, m.customer_id)
    FROM customer m
    WHERE m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id
)::text AS members
FROM survivor
JOIN customer c ON c.customer_id = survivor.customer_id
ORDER BY survivor.customer_id;
