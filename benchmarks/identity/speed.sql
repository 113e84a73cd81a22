-- name: forget_matches
-- Take away what matching found, so that all is compared anew.
TRUNCATE match_profile, match_key, customer_match, name_frequency, shared_value;

-- name: is_one_of
-- Whether the customer of one of these records ($1, external ids) is among the candidates ($2).
SELECT EXISTS (
    SELECT 1 FROM source_record WHERE external_id = ANY ($1::text[]) AND customer_id = ANY ($2::uuid[])
);
