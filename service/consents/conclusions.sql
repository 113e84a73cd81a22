-- name: forget_conclusions
-- What was concluded about the merge set of customer $1 is gone: segments by rules, the risk that the customer leaves, what became
-- of warnings and advice.
WITH member AS MATERIALIZED (
    SELECT customer_id FROM customer WHERE customer_id = $1 OR merged_into = $1
),
segments AS (
    DELETE FROM segment_member WHERE customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
),
undecided AS (
    DELETE FROM segment_undecided WHERE customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
),
risks AS (
    DELETE FROM customer_risk WHERE customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
),
episodes AS (
    DELETE FROM risk_episode WHERE customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
),
actions AS (
    DELETE FROM risk_action WHERE customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
)
SELECT (SELECT count(*) FROM segments) + (SELECT count(*) FROM undecided) + (SELECT count(*) FROM risks)
    + (SELECT count(*) FROM episodes) + (SELECT count(*) FROM actions) AS forgotten;

-- name: forget_warnings
-- Webhooks are not told any more that the merge set of customer $1 is at risk.
DELETE FROM webhook_delivery
WHERE type = 'customer.at_risk' AND customer_id IN (
    SELECT customer_id FROM customer WHERE customer_id = $1 OR merged_into = $1
);
