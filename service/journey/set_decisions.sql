-- name: insert_decision
-- The id of the decision point $2 at interaction $3 with text $4, set by $5 (key or account $6) at $7; no row unless the merge set
-- of customer $1 has the interaction.
INSERT INTO journey_decision (customer_id, decision_id, interaction_id, text, set_by, key_id, set_at)
SELECT i.customer_id, $2, i.interaction_id, $4, $5, $6, $7
FROM customer m
JOIN interaction i ON i.customer_id = m.customer_id
WHERE (m.customer_id = $1 OR m.merged_into = $1) AND i.interaction_id = $3
RETURNING decision_id;

-- name: read_decision
-- The decision point $2 of the merge set of customer $1.
SELECT d.interaction_id, d.text, d.set_by
FROM customer asked
JOIN customer m ON coalesce(asked.merged_into, asked.customer_id) IN (m.customer_id, m.merged_into)
JOIN journey_decision d ON d.customer_id = m.customer_id
WHERE asked.customer_id = $1 AND d.decision_id = $2;

-- name: delete_decision
-- The id of the decision point $2 of the merge set of customer $1, which is no more; no row if there was none.
DELETE FROM journey_decision d
USING customer m
WHERE (m.customer_id = $1 OR m.merged_into = $1) AND d.customer_id = m.customer_id AND d.decision_id = $2
RETURNING d.decision_id;
