-- name: list_open
-- At most $7 pairs that are open at $8 of the ranks from $1 to below $2, the strongest first, after the pair with rank $3 of
-- customers $4 and $5. What was put off is open again $6 later, and when something new speaks for it. A row shows its pair if
-- it is the strongest between the two merge sets.
SELECT m.customer_id, m.other_customer_id, m.rank, ARRAY[sets.one, sets.other] AS customers, ARRAY[
        coalesce(c.name, (SELECT min(x.name) FROM customer x WHERE x.merged_into = c.customer_id)),
        coalesce(o.name, (SELECT min(x.name) FROM customer x WHERE x.merged_into = o.customer_id))
    ] AS names,
    m.p, m.household, m.strength, m.reasons::text AS reasons, m.found_at, 'open' AS state, d.decision, d.note, d.decided_by,
    d.decided_at
FROM customer_match m
JOIN customer a ON a.customer_id = m.customer_id
JOIN customer b ON b.customer_id = m.other_customer_id
CROSS JOIN LATERAL (
    SELECT coalesce(a.merged_into, a.customer_id) AS one, coalesce(b.merged_into, b.customer_id) AS other
) AS sets
JOIN customer c ON c.customer_id = sets.one
JOIN customer o ON o.customer_id = sets.other
LEFT JOIN LATERAL decision_between(sets.one, sets.other) AS d ON true
WHERE m.is_open AND m.rank >= $1 AND m.rank < $2
    AND (m.rank, m.customer_id, m.other_customer_id) < ($3::double precision, $4::uuid, $5::uuid)
    AND sets.one <> sets.other AND may_be_profiled(sets.one)
    AND may_be_profiled(sets.other)
    AND (d.decision IS NULL OR (d.decision = 'later' AND (d.decided_at <= $8::timestamptz - $6::interval OR m.changed_at > d.decided_at)))
    AND NOT EXISTS (
        SELECT FROM merge_set(sets.one) AS x (id)
        CROSS JOIN merge_set(sets.other) AS y (id)
        JOIN customer_match n ON n.customer_id = least(x.id, y.id) AND n.other_customer_id = greatest(x.id, y.id)
        WHERE (n.rank, n.customer_id, n.other_customer_id) > (m.rank, m.customer_id, m.other_customer_id)
    )
ORDER BY m.rank DESC, m.customer_id DESC, m.other_customer_id DESC
LIMIT $7;

-- name: list_decided
-- At most $7 pairs with one of the decisions $6, of the ranks from $1 to below $2, the strongest first, after the pair with rank
-- $3 of customers $4 and $5. What was put off before $8 is open again, as it is when something new speaks for it.
SELECT d.customer_id, d.other_customer_id, coalesce(m.rank, 0) AS rank, ARRAY[d.customer_id, d.other_customer_id] AS customers,
    ARRAY[a.name, b.name] AS names, coalesce(m.p, 0) AS p, coalesce(m.household, 0) AS household, m.strength,
    coalesce(m.reasons, '[]')::text AS reasons, m.found_at, CASE d.decision WHEN 'household' THEN 'apart' ELSE d.decision END AS state,
    d.decision, d.note, d.decided_by, d.decided_at
FROM match_decision d
JOIN customer a ON a.customer_id = d.customer_id
JOIN customer b ON b.customer_id = d.other_customer_id
LEFT JOIN customer_match m ON m.customer_id = d.customer_id AND m.other_customer_id = d.other_customer_id
WHERE d.decision = ANY ($6::text[]) AND may_be_profiled(d.customer_id)
    AND may_be_profiled(d.other_customer_id) AND coalesce(m.rank, 0) >= $1 AND coalesce(m.rank, 0) < $2
    AND (coalesce(m.rank, 0), d.customer_id, d.other_customer_id) < ($3::double precision, $4::uuid, $5::uuid)
    AND (d.decision <> 'later' OR (d.decided_at > $8 AND (m.changed_at IS NULL OR m.changed_at <= d.decided_at)))
ORDER BY coalesce(m.rank, 0) DESC, d.customer_id DESC, d.other_customer_id DESC
LIMIT $7;

-- name: list_of_customer
-- At most 200 pairs of canonical customer $1 with others, each pair of merge sets once by its strongest row, open ones first and
-- then by rank. What was put off before $2 is open again, as it is when something new speaks for it.
WITH mine AS MATERIALIZED (SELECT merge_set($1) AS customer_id),
pair AS (
    SELECT m.customer_id, m.other_customer_id, m.other_customer_id AS met_id
    FROM mine JOIN customer_match m ON m.customer_id = mine.customer_id
    UNION ALL
    SELECT m.customer_id, m.other_customer_id, m.customer_id
    FROM mine JOIN customer_match m ON m.other_customer_id = mine.customer_id
),
strongest AS (
    SELECT DISTINCT ON (coalesce(b.merged_into, b.customer_id)) coalesce(b.merged_into, b.customer_id) AS other, m.customer_id,
        m.other_customer_id, m.rank, m.p, m.household, m.strength, m.reasons, m.found_at, m.changed_at
    FROM pair
    JOIN customer b ON b.customer_id = pair.met_id
    JOIN customer_match m ON m.customer_id = pair.customer_id AND m.other_customer_id = pair.other_customer_id
    WHERE coalesce(b.merged_into, b.customer_id) <> $1 AND may_be_profiled($1)
        AND may_be_profiled(b.customer_id)
    ORDER BY coalesce(b.merged_into, b.customer_id), m.rank DESC, m.customer_id, m.other_customer_id
)
SELECT ARRAY[$1::uuid, s.other] AS customers, ARRAY[
        coalesce(c.name, (SELECT min(x.name) FROM customer x WHERE x.merged_into = c.customer_id)),
        coalesce(o.name, (SELECT min(x.name) FROM customer x WHERE x.merged_into = o.customer_id))
    ] AS names,
    s.p, s.household, s.strength, s.reasons::text AS reasons, s.found_at, shown.state, d.decision, d.note, d.decided_by,
    d.decided_at
FROM strongest s
JOIN customer c ON c.customer_id = $1
JOIN customer o ON o.customer_id = s.other
LEFT JOIN LATERAL decision_between($1, s.other) AS d ON true
CROSS JOIN LATERAL (
    SELECT CASE
            WHEN d.decision IS NULL OR (d.decision = 'later' AND (d.decided_at <= $2 OR s.changed_at > d.decided_at)) THEN 'open'
            WHEN d.decision = 'household' THEN 'apart'
            ELSE d.decision
        END AS state
) AS shown
ORDER BY shown.state = 'open' DESC, s.rank DESC, s.other
LIMIT 200;

-- name: list_shared
-- Values that too many customers have, the newest first.
SELECT field, value, found_at FROM shared_value
ORDER BY found_at DESC, key
LIMIT $1;
