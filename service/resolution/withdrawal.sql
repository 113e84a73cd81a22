-- name: delete_decisions
-- Nothing is decided between the merge sets of canonical customers $1 and $2 any more.
DELETE FROM match_decision
USING customer one, customer other
WHERE (one.customer_id = $1 OR one.merged_into = $1) AND (other.customer_id = $2 OR other.merged_into = $2)
    AND match_decision.customer_id = least(one.customer_id, other.customer_id)
    AND match_decision.other_customer_id = greatest(one.customer_id, other.customer_id);
