-- name: is_entitled
-- Whether queue $4 has a handoff or callback of a customer that is open or ended after $5: of the one with id $1, or else of
-- the owner of the identity ($2 kind, $3 canonical value). An absent customer costs the same statement.
WITH member AS (
    SELECT m.customer_id
    FROM (
        SELECT coalesce(c.merged_into, c.customer_id) AS customer_id
        FROM customer c
        WHERE c.customer_id = coalesce($1::uuid, (SELECT i.customer_id FROM identity i WHERE i.kind = $2 AND i.value = $3))
    ) AS survivor
    JOIN customer m ON m.customer_id = survivor.customer_id OR m.merged_into = survivor.customer_id
)
SELECT EXISTS (
    SELECT FROM member JOIN handoff h ON h.customer_id = member.customer_id
    WHERE h.queue = $4 AND (h.ended_at IS NULL OR h.ended_at > $5)
) OR EXISTS (
    SELECT FROM member JOIN callback b ON b.customer_id = member.customer_id
    WHERE b.queue = $4 AND (b.ended_at IS NULL OR b.ended_at > $5)
);
