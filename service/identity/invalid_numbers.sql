-- name: mark_number
-- The number $2 of customer $1 is none, as a call for callback $3 found at $4.
INSERT INTO invalid_number (customer_id, phone, callback_id, since)
VALUES ($1, $2, $3, $4)
ON CONFLICT (customer_id, phone) DO NOTHING;

-- name: clear_numbers
-- The numbers $2 of the customers $1, one each, are right: no mark of theirs is left in the merge sets of the customers.
DELETE FROM invalid_number n
USING unnest($1::uuid[], $2::text[]) AS valid (customer_id, phone), customer named, customer member
WHERE named.customer_id = valid.customer_id AND n.phone = valid.phone AND n.customer_id = member.customer_id
    AND coalesce(named.merged_into, named.customer_id) IN (member.customer_id, member.merged_into);
