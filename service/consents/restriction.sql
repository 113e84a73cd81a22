-- name: read_restriction
-- The restriction of the merge set of customer $1 that was not lifted; no row of a customer that does not exist, nulls if none
-- is. Gives the version of the survivor too.
SELECT s.customer_id, s.version, s.restricted, r.reason, r.since, r.set_by
FROM customer asked
JOIN customer s ON s.customer_id = coalesce(asked.merged_into, asked.customer_id)
LEFT JOIN LATERAL (
    SELECT r.reason, r.since, r.set_by
    FROM customer m
    JOIN restriction r ON r.customer_id = m.customer_id AND r.lifted_at IS NULL
    WHERE m.customer_id = s.customer_id OR m.merged_into = s.customer_id
    ORDER BY r.since DESC
    LIMIT 1
) AS r ON s.restricted
WHERE asked.customer_id = $1;

-- name: mark_restricted
-- All in the merge set of customer $1 are restricted, or not ($2).
UPDATE customer SET restricted = $2
WHERE customer_id = $1 OR merged_into = $1;

-- name: begin_restriction
-- Customer $1 is restricted since $2 for the reason $3, by key $4 with the name $5: by version $7 of the survivor $6.
INSERT INTO restriction (customer_id, since, reason, key_id, set_by, survivor_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: lift_restrictions
-- What restricts the merge set of customer $1 is lifted at $2 by $3 for the reason $4.
UPDATE restriction SET lifted_at = $2, lifted_by = $3, lift_reason = $4
WHERE lifted_at IS NULL AND customer_id = ANY (ARRAY(SELECT merge_set($1)));

-- name: find_restricted
-- Those restricted customers that the ids $1 lead to: by their own ids, and by those of their handoffs, callbacks,
-- conversations, conditions, notes, surveys and live calls.
WITH asked AS MATERIALIZED (
    SELECT unnest($1::uuid[]) AS id
),
led AS (
    SELECT id AS customer_id FROM asked
    UNION ALL
    SELECT h.customer_id FROM asked JOIN handoff h ON h.handoff_id = asked.id
    UNION ALL
    SELECT b.customer_id FROM asked JOIN callback b ON b.callback_id = asked.id
    UNION ALL
    SELECT v.customer_id FROM asked JOIN conversation v ON v.conversation_id = asked.id
    UNION ALL
    SELECT c.customer_id FROM asked JOIN condition c ON c.condition_id = asked.id
    UNION ALL
    SELECT n.customer_id FROM asked JOIN journey_note n ON n.note_id = asked.id
    UNION ALL
    SELECT l.customer_id FROM asked JOIN live_call l ON l.call_id = asked.id
)
SELECT DISTINCT c.customer_id
FROM led
JOIN customer c ON c.customer_id = led.customer_id
WHERE c.restricted;

-- name: is_any_restricted
-- Whether any customer is restricted.
SELECT EXISTS (SELECT FROM customer WHERE restricted);
