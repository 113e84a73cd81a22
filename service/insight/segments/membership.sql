-- name: store_members
-- Of customers $1, the rules of segments $2 meet the customers $3, and of no others; since $4 if that is new.
WITH ended AS (
    DELETE FROM segment_member m
    WHERE m.customer_id = ANY ($1::uuid[]) AND NOT EXISTS (
        SELECT FROM unnest($2::text[], $3::uuid[]) AS met (segment, customer_id)
        WHERE met.segment = m.segment AND met.customer_id = m.customer_id
    )
    RETURNING m.customer_id
),
begun AS (
    INSERT INTO segment_member (segment, customer_id, since)
    SELECT segment, customer_id, $4 FROM unnest($2::text[], $3::uuid[]) AS met (segment, customer_id)
    ON CONFLICT (segment, customer_id) DO NOTHING
    RETURNING customer_id
)
SELECT (SELECT count(*) FROM begun) + (SELECT count(*) FROM ended) AS changed;

-- name: store_undecided
-- Of customers $1, the rules of segments $2 decide nothing of the customers $3, for the reasons $4.
WITH ended AS (
    DELETE FROM segment_undecided u
    WHERE u.customer_id = ANY ($1::uuid[]) AND NOT EXISTS (
        SELECT FROM unnest($2::text[], $3::uuid[]) AS met (segment, customer_id)
        WHERE met.segment = u.segment AND met.customer_id = u.customer_id
    )
    RETURNING u.customer_id
),
begun AS (
    INSERT INTO segment_undecided (customer_id, segment, reason)
    SELECT customer_id, segment, reason
    FROM unnest($2::text[], $3::uuid[], $4::text[]) AS failed (segment, customer_id, reason)
    ON CONFLICT (customer_id, segment) DO UPDATE SET reason = excluded.reason WHERE segment_undecided.reason <> excluded.reason
    RETURNING customer_id
)
SELECT (SELECT count(*) FROM begun) + (SELECT count(*) FROM ended) AS changed;
