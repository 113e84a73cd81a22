-- name: find_party
-- The customer $1, or else the owner of the identity ($2 kind, $3 canonical value), under the canonical id; no row if there is
-- none. With them their conversation that is meant: the one with id $4, else the latest with ref $5, else the unresolved one
-- with the latest activity since $6; and whether queue $7 has had a handoff or callback of theirs that is open or ended
-- after $8. If $9, only conversations count that this queue was handed.
WITH asked AS (
    SELECT $1::uuid AS customer_id
    UNION ALL
    SELECT customer_id FROM identity WHERE kind = $2::identity_kind AND value = $3::text
),
survivor AS (
    SELECT coalesce(c.merged_into, c.customer_id) AS customer_id
    FROM asked
    JOIN customer c ON c.customer_id = asked.customer_id
),
member AS (
    SELECT c.customer_id
    FROM survivor
    JOIN customer c ON c.customer_id = survivor.customer_id OR c.merged_into = survivor.customer_id
)
SELECT survivor.customer_id, meant.conversation_id, meant.channel,
    EXISTS (
        SELECT FROM member JOIN handoff h ON h.customer_id = member.customer_id
        WHERE h.queue = $7::text AND (h.ended_at IS NULL OR h.ended_at > $8::timestamptz)
    ) OR EXISTS (
        SELECT FROM member JOIN callback b ON b.customer_id = member.customer_id
        WHERE b.queue = $7 AND (b.ended_at IS NULL OR b.ended_at > $8)
    ) AS entitled
FROM survivor
LEFT JOIN LATERAL (
    SELECT c.conversation_id, c.channels[array_upper(c.channels, 1)] AS channel
    FROM member
    JOIN conversation c ON c.customer_id = member.customer_id
    WHERE CASE
        WHEN $4::uuid IS NOT NULL THEN c.conversation_id = $4
        WHEN $5::text IS NOT NULL THEN c.ref = $5
        ELSE c.status <> 'resolved' AND c.last_at >= $6::timestamptz
    END
        AND (NOT $9 OR EXISTS (
            SELECT FROM handoff h
            WHERE h.customer_id = c.customer_id AND h.conversation_id = c.conversation_id AND h.queue = $7
        ) OR EXISTS (
            SELECT FROM callback b
            WHERE b.customer_id = c.customer_id AND b.conversation_id = c.conversation_id AND b.queue = $7
        ))
    ORDER BY c.last_at DESC
    LIMIT 1
) AS meant ON true;
