-- name: read_partners
-- The stored matches of customers $1, and the pairs of which interactions stated identities together,
-- each pair once, the smaller id first, with whether it is stored, and whether it was stated together.
SELECT pair.customer_id, pair.other_customer_id, bool_or(pair.is_stored) AS is_stored, bool_or(pair.is_stated) AS is_stated
FROM (SELECT $1::uuid[]) AS asked (customer_ids)
CROSS JOIN LATERAL (
    SELECT customer_id, other_customer_id, true AS is_stored, stated_together AS is_stated FROM customer_match
    WHERE customer_id = ANY (asked.customer_ids)
    UNION ALL
    SELECT customer_id, other_customer_id, true, stated_together FROM customer_match
    WHERE other_customer_id = ANY (asked.customer_ids)
    UNION ALL
    SELECT least(customer_id, other_customer_id), greatest(customer_id, other_customer_id), false, true FROM merge_suggestion
    WHERE customer_id = ANY (asked.customer_ids) AND customer_id <> other_customer_id
    UNION ALL
    SELECT least(customer_id, other_customer_id), greatest(customer_id, other_customer_id), false, true FROM merge_suggestion
    WHERE other_customer_id = ANY (asked.customer_ids) AND customer_id <> other_customer_id
) AS pair
GROUP BY pair.customer_id, pair.other_customer_id
ORDER BY pair.customer_id, pair.other_customer_id
LIMIT 10000;

-- name: store_matches
-- Customers $1 and $2 (the smaller ids first) are one person as likely as $3, of one household as likely as $4, which is the
-- strength $5 and the rank $6, for the reasons $7 (JSON, as texts); $8 tells whether they were stated together; found at $9.
INSERT INTO customer_match (
    customer_id, other_customer_id, p, household, strength, rank, reasons, stated_together, found_at, changed_at, weighed_at
)
SELECT one.customer_id, one.other_customer_id, one.p, one.household, one.strength, one.rank, one.reasons::jsonb, one.stated,
    $9, $9, $9
FROM unnest(
    $1::uuid[], $2::uuid[], $3::double precision[], $4::double precision[], $5::text[], $6::double precision[], $7::text[],
    $8::boolean[]
) AS one (customer_id, other_customer_id, p, household, strength, rank, reasons, stated)
ON CONFLICT (customer_id, other_customer_id) DO UPDATE SET
    p = excluded.p, household = excluded.household, strength = excluded.strength, rank = excluded.rank,
    reasons = excluded.reasons, stated_together = customer_match.stated_together OR excluded.stated_together,
    weighed_at = excluded.weighed_at,
    changed_at = CASE WHEN customer_match.reasons = excluded.reasons THEN customer_match.changed_at ELSE excluded.changed_at END;

-- name: delete_matches
-- Customers $1 and $2 are no match any more, except where that was decided about.
DELETE FROM customer_match m
USING unnest($1::uuid[], $2::uuid[]) AS gone (customer_id, other_customer_id)
WHERE m.customer_id = gone.customer_id AND m.other_customer_id = gone.other_customer_id
    AND NOT EXISTS (
        SELECT FROM match_decision d
        WHERE d.customer_id = m.customer_id AND d.other_customer_id = m.other_customer_id
    );

-- name: tell_found
-- Others are told at $3 of the matches of customers $1 and $2, unless they are one customer, or were decided about.
INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
SELECT c.customer_id, c.version, 'match.found', o.customer_id, $3
FROM unnest($1::uuid[], $2::uuid[]) AS pair (one, other)
JOIN customer a ON a.customer_id = pair.one
JOIN customer b ON b.customer_id = pair.other
JOIN customer c ON c.customer_id = coalesce(a.merged_into, a.customer_id)
JOIN customer o ON o.customer_id = coalesce(b.merged_into, b.customer_id)
WHERE c.customer_id <> o.customer_id AND may_be_profiled(c.customer_id)
    AND may_be_profiled(o.customer_id) AND (decision_between(c.customer_id, o.customer_id)).decision IS NULL;

-- name: store_shared
-- The values $3 of the fields $2, which have the keys $1, are those of too many customers, as was found at $4; gives the keys
-- that were not known.
INSERT INTO shared_value (key, field, value, found_at)
SELECT key, field, value, $4 FROM unnest($1::bigint[], $2::text[], $3::text[]) AS one (key, field, value)
ON CONFLICT (key) DO NOTHING
RETURNING key;

-- name: settle_pairs
-- Pairs of the merge sets of customers $1 are open, unless they are one customer now or were decided about for good.
WITH member AS (
    SELECT merge_set(coalesce(c.merged_into, c.customer_id)) AS customer_id
    FROM (SELECT $1::uuid[]) AS asked (customer_ids)
    JOIN customer c ON c.customer_id = ANY (asked.customer_ids)
),
pair AS (
    SELECT m.customer_id, m.other_customer_id FROM member JOIN customer_match m ON m.customer_id = member.customer_id
    UNION
    SELECT m.customer_id, m.other_customer_id FROM member JOIN customer_match m ON m.other_customer_id = member.customer_id
),
judged AS (
    SELECT pair.customer_id, pair.other_customer_id, sets.one <> sets.other
        AND coalesce((decision_between(sets.one, sets.other)).decision, 'later') = 'later' AS is_open
    FROM pair
    JOIN customer a ON a.customer_id = pair.customer_id
    JOIN customer b ON b.customer_id = pair.other_customer_id
    CROSS JOIN LATERAL (
        SELECT coalesce(a.merged_into, a.customer_id) AS one, coalesce(b.merged_into, b.customer_id) AS other
    ) AS sets
)
UPDATE customer_match m SET is_open = judged.is_open
FROM judged
WHERE m.customer_id = judged.customer_id AND m.other_customer_id = judged.other_customer_id
    AND m.is_open <> judged.is_open;
