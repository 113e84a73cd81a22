-- name: forget_conclusions
-- What was concluded about the merge set of customer $1 is gone: segments by rules, the risk that the customer leaves, what became
-- of warnings and advice, and with whom the customer may be one person.
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
),
advice AS (
    DELETE FROM advice_outcome WHERE customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
),
matches AS (
    DELETE FROM customer_match
    WHERE customer_id = ANY (ARRAY(SELECT customer_id FROM member))
        OR other_customer_id = ANY (ARRAY(SELECT customer_id FROM member))
    RETURNING customer_id
),
keys AS (
    DELETE FROM match_key USING match_profile p
    WHERE p.customer_id IN (SELECT customer_id FROM member) AND match_key.key = ANY (p.keys)
        AND match_key.customer_id = p.customer_id
    RETURNING match_key.customer_id
),
profiles AS (
    DELETE FROM match_profile WHERE customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
)
SELECT (SELECT count(*) FROM segments) + (SELECT count(*) FROM undecided) + (SELECT count(*) FROM risks)
    + (SELECT count(*) FROM episodes) + (SELECT count(*) FROM actions) + (SELECT count(*) FROM advice)
    + (SELECT count(*) FROM matches) + (SELECT count(*) FROM keys) + (SELECT count(*) FROM profiles) AS forgotten;

-- name: forget_warnings
-- Others are not told any more that the merge set of customer $1 is at risk, or may be one person with others.
WITH member AS MATERIALIZED (
    SELECT customer_id FROM customer WHERE customer_id = $1 OR merged_into = $1
),
told AS (
    DELETE FROM outbox
    WHERE type IN ('customer.at_risk', 'match.found') AND customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
),
queued AS (
    DELETE FROM webhook_delivery
    WHERE type IN ('customer.at_risk', 'match.found') AND customer_id IN (SELECT customer_id FROM member)
    RETURNING customer_id
)
SELECT (SELECT count(*) FROM told) + (SELECT count(*) FROM queued) AS forgotten;
