-- name: find_erased_identities
-- Those of the identities ($1 kinds, $2 values) that are of erased customers, with the time before which they are refused.
SELECT claim.kind, claim.value, e.refused_until
FROM unnest($1::identity_kind[], $2::text[]) AS claim (kind, value)
JOIN erased_identity e ON e.digest = identity_digest(claim.kind, claim.value)
WHERE EXISTS (SELECT FROM erased_identity)
ORDER BY claim.kind, claim.value;

-- name: find_erased_customers
-- Those of the customers $1 that were erased.
SELECT customer_id FROM erased_customer WHERE customer_id = ANY ($1::uuid[]) ORDER BY customer_id;
