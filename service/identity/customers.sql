-- name: find_owners
-- The owners of the identities ($1 kinds, $2 values), as if they were never merged, with the survivors that they were merged
-- into; of a device, whether its owner has one of the kinds $3.
SELECT
    i.kind,
    i.value,
    i.customer_id,
    c.merged_into,
    i.verified,
    CASE
        WHEN i.kind = 'device' THEN EXISTS (
            SELECT 1
            FROM identity account
            WHERE account.customer_id = i.customer_id AND account.kind = ANY ($3::identity_kind[])
        )
        ELSE false
    END AS has_account
FROM unnest($1::identity_kind[], $2::text[]) AS wanted (kind, value)
JOIN identity i ON i.kind = wanted.kind AND i.value = wanted.value
JOIN customer c ON c.customer_id = i.customer_id;

-- name: find_exclusive_identities
-- The identities of kinds $2 of customers $1, with the sources that stated them.
SELECT i.customer_id, i.kind, i.value, i.source
FROM identity i
WHERE i.customer_id = ANY ($1::uuid[]) AND i.kind = ANY ($2::identity_kind[]);

-- name: attach_identities
-- New identities ($1 kinds, $2 values, $3 customers, $4 verified, $5 sources, $6 links, $7 keys of persons that vouch for
-- them) at $8; gives those that were free.
INSERT INTO identity (kind, value, customer_id, verified, source, link, proven_by, created_at)
SELECT kind, value, customer_id, verified, source, link, proven_by, $8
FROM unnest(
    $1::identity_kind[], $2::text[], $3::uuid[], $4::boolean[], $5::text[], $6::identity_link[], $7::uuid[]
) AS new (kind, value, customer_id, verified, source, link, proven_by)
ORDER BY kind, value
ON CONFLICT (kind, value) DO NOTHING
RETURNING kind, value;

-- name: verify_identities
-- Mark the identities ($1 kinds, $2 values) as verified, and their links as proven.
UPDATE identity SET verified = true, link = 'proven'
FROM unnest($1::identity_kind[], $2::text[]) AS proven (kind, value)
WHERE identity.kind = proven.kind AND identity.value = proven.value;

-- name: take_identities
-- The identities ($1 kinds, $2 values), which were merely claimed, are proven to be those of customers $3 by sources $4; gives
-- those that were still merely claimed.
UPDATE identity SET customer_id = proven.customer_id, source = proven.source, verified = true, link = 'proven', proven_by = NULL
FROM unnest($1::identity_kind[], $2::text[], $3::uuid[], $4::text[]) AS proven (kind, value, customer_id, source)
WHERE identity.kind = proven.kind AND identity.value = proven.value AND NOT identity.verified
RETURNING identity.kind, identity.value;

-- name: prove_identities
-- Mark the links of the identities ($1 kinds, $2 values) as proven by key $3, unless another person's key is named.
UPDATE identity SET link = 'proven', proven_by = $3
FROM unnest($1::identity_kind[], $2::text[]) AS proven (kind, value)
WHERE identity.kind = proven.kind AND identity.value = proven.value AND identity.proven_by IS NULL;

-- name: insert_merge_suggestions
-- Identities ($3 kinds, $4 values) of customers $2 that interactions $5 stated together with customers $1, at $6.
INSERT INTO merge_suggestion (customer_id, other_customer_id, kind, value, interaction_id, suggested_at)
SELECT customer_id, other_customer_id, kind, value, interaction_id, $6
FROM unnest($1::uuid[], $2::uuid[], $3::identity_kind[], $4::text[], $5::uuid[])
    AS new (customer_id, other_customer_id, kind, value, interaction_id)
ON CONFLICT DO NOTHING;
