-- name: list_merge_suggestions
-- What speaks for customers outside the merge set of customer $1 being the same person as it, the newest first, each identity
-- once. A customer stands for its merge set. Left out are pairs that a person told apart or called a household, and pairs that were
-- put off after $3 and that nothing newer speaks for. With $2 only what speaks for customer $2.
WITH stated AS (
    SELECT coalesce(c.merged_into, c.customer_id) AS other_customer_id, s.kind, s.value, s.interaction_id, s.suggested_at
    FROM customer m
    JOIN merge_suggestion s ON s.customer_id = m.customer_id
    JOIN customer c ON c.customer_id = s.other_customer_id AND may_be_profiled(c.customer_id)
    WHERE (m.customer_id = $1 OR m.merged_into = $1) AND may_be_profiled($1)
    UNION ALL
    SELECT coalesce(c.merged_into, c.customer_id), s.kind, s.value, s.interaction_id, s.suggested_at
    FROM customer m
    JOIN merge_suggestion s ON s.other_customer_id = m.customer_id
    JOIN customer c ON c.customer_id = s.customer_id AND may_be_profiled(c.customer_id)
    WHERE (m.customer_id = $1 OR m.merged_into = $1) AND may_be_profiled($1)
),
latest AS (
    SELECT DISTINCT ON (other_customer_id, kind, value) other_customer_id, kind, value, interaction_id, suggested_at
    FROM stated
    WHERE other_customer_id <> $1 AND ($2::uuid IS NULL OR other_customer_id = $2)
        AND NOT EXISTS (
            SELECT
            FROM customer m
            CROSS JOIN customer o
            JOIN match_decision d ON d.customer_id = least(m.customer_id, o.customer_id)
                AND d.other_customer_id = greatest(m.customer_id, o.customer_id)
            WHERE (m.customer_id = $1 OR m.merged_into = $1)
                AND (o.customer_id = stated.other_customer_id OR o.merged_into = stated.other_customer_id)
                AND (
                    d.decision IN ('apart', 'household')
                    OR (
                        d.decision = 'later' AND d.decided_at > $3 AND d.decided_at >= (
                            SELECT max(r.suggested_at) FROM stated r WHERE r.other_customer_id = stated.other_customer_id
                        )
                    )
                )
        )
    ORDER BY other_customer_id, kind, value, suggested_at DESC, interaction_id DESC
)
SELECT other_customer_id, kind, value, interaction_id, suggested_at
FROM latest
ORDER BY suggested_at DESC, interaction_id DESC
LIMIT 200;

-- name: list_suggested_pairs
-- Pairs of customers that may be one person, the pair with the newest reason first, after the pair whose newest reason has the
-- place $1 $2 $3 (time and the customers that it names; of all if $1 is null), $4 of them. Each pair has its reasons as JSON. A
-- row of the table shows its pair if it is the newest of it, over both directions and all members of the two merge sets, unless a
-- person told these apart, called them a household, or put them off after $5 and no row is newer. What was decided of the two
-- that a row names is looked at first: that is a look-up, and passes most decided pairs by.
SELECT s.suggested_at, s.customer_id, s.other_customer_id,
    ARRAY[least(one.id, other.id), greatest(one.id, other.id)] AS customers, (
        SELECT json_agg(reason ORDER BY reason.suggested_at DESC, reason.interaction_id DESC)
        FROM (
            SELECT DISTINCT ON (r.kind, r.value) r.kind, r.value, r.interaction_id, r.suggested_at
            FROM merge_suggestion r
            WHERE r.customer_id = ANY (pair.members) AND r.other_customer_id = ANY (pair.members)
                AND (r.customer_id = ANY (one.members)) <> (r.other_customer_id = ANY (one.members))
            ORDER BY r.kind, r.value, r.suggested_at DESC, r.interaction_id DESC
            LIMIT 20
        ) AS reason
    )::text AS reasons
FROM merge_suggestion s
LEFT JOIN match_decision own ON own.customer_id = least(s.customer_id, s.other_customer_id)
    AND own.other_customer_id = greatest(s.customer_id, s.other_customer_id) AND own.decision IN ('apart', 'household')
JOIN customer c ON c.customer_id = s.customer_id
JOIN customer o ON o.customer_id = s.other_customer_id AND coalesce(o.merged_into, s.other_customer_id)
    <> coalesce(c.merged_into, s.customer_id)
CROSS JOIN LATERAL (
    SELECT coalesce(c.merged_into, c.customer_id) AS id, array_agg(m.customer_id) AS members
    FROM customer m
    WHERE m.customer_id = coalesce(c.merged_into, c.customer_id) OR m.merged_into = coalesce(c.merged_into, c.customer_id)
) AS one
CROSS JOIN LATERAL (
    SELECT coalesce(o.merged_into, o.customer_id) AS id, array_agg(m.customer_id) AS members
    FROM customer m
    WHERE m.customer_id = coalesce(o.merged_into, o.customer_id) OR m.merged_into = coalesce(o.merged_into, o.customer_id)
) AS other
CROSS JOIN LATERAL (SELECT one.members || other.members AS members OFFSET 0) AS pair
WHERE own.decision IS NULL AND may_be_profiled(c.customer_id) AND may_be_profiled(o.customer_id)
    AND (
        $1::timestamptz IS NULL
        OR (s.suggested_at, s.customer_id, s.other_customer_id) < ($1::timestamptz, $2::uuid, $3::uuid)
    )
    AND NOT EXISTS (
        SELECT FROM match_decision d
        WHERE d.customer_id = ANY (pair.members) AND d.other_customer_id = ANY (pair.members)
            AND (d.customer_id = ANY (one.members)) <> (d.other_customer_id = ANY (one.members))
            AND (
                d.decision IN ('apart', 'household')
                OR (d.decision = 'later' AND d.decided_at > $5 AND d.decided_at >= s.suggested_at)
            )
        OFFSET 0
    )
    AND NOT EXISTS (
        SELECT FROM merge_suggestion n
        WHERE n.customer_id = ANY (pair.members) AND n.other_customer_id = ANY (pair.members)
            AND (n.customer_id = ANY (one.members)) <> (n.other_customer_id = ANY (one.members))
            AND (n.suggested_at, n.customer_id, n.other_customer_id, n.kind, n.value)
                > (s.suggested_at, s.customer_id, s.other_customer_id, s.kind, s.value)
        OFFSET 0
    )
ORDER BY s.suggested_at DESC, s.customer_id DESC, s.other_customer_id DESC, s.kind DESC, s.value DESC
LIMIT $4;

-- name: follow_split
-- What the interactions $3 of customers $2 suggested speaks of customer $1 now, and so does what was suggested about the
-- identities ($4 kinds, $5 values), except where it speaks of the customers $2 as well: they were told apart. What was decided
-- of such a pair is decided of the new one. Gives how many.
WITH gone AS (
    DELETE FROM merge_suggestion s
    WHERE (s.customer_id = ANY ($2::uuid[]) AND s.interaction_id = ANY ($3::uuid[]))
        OR (
            s.other_customer_id = ANY ($2::uuid[])
            AND (s.kind, s.value) IN (SELECT kind, value FROM unnest($4::identity_kind[], $5::text[]) AS moved (kind, value))
        )
    RETURNING s.customer_id AS old_id, s.other_customer_id AS old_other_id,
        CASE WHEN s.interaction_id = ANY ($3::uuid[]) THEN $1 ELSE s.customer_id END AS customer_id,
        CASE
            WHEN (s.kind, s.value) IN (SELECT kind, value FROM unnest($4, $5) AS moved (kind, value)) THEN $1
            ELSE s.other_customer_id
        END AS other_customer_id,
        s.kind, s.value, s.interaction_id, s.suggested_at
),
moved AS (
    SELECT old_id, old_other_id, customer_id, other_customer_id, kind, value, interaction_id, suggested_at
    FROM gone
    WHERE customer_id <> other_customer_id AND customer_id <> ALL ($2) AND other_customer_id <> ALL ($2)
),
kept AS (
    INSERT INTO merge_suggestion (customer_id, other_customer_id, kind, value, interaction_id, suggested_at)
    SELECT DISTINCT ON (customer_id, other_customer_id, kind, value)
        customer_id, other_customer_id, kind, value, interaction_id, suggested_at
    FROM moved
    ORDER BY customer_id, other_customer_id, kind, value, suggested_at DESC
    ON CONFLICT DO NOTHING
    RETURNING interaction_id
),
decided AS (
    INSERT INTO match_decision (customer_id, other_customer_id, decision, note, decided_by, decided_at)
    SELECT DISTINCT ON (least(m.customer_id, m.other_customer_id), greatest(m.customer_id, m.other_customer_id))
        least(m.customer_id, m.other_customer_id), greatest(m.customer_id, m.other_customer_id), d.decision, d.note,
        d.decided_by, d.decided_at
    FROM moved m
    JOIN match_decision d ON d.customer_id = least(m.old_id, m.old_other_id)
        AND d.other_customer_id = greatest(m.old_id, m.old_other_id)
    ORDER BY least(m.customer_id, m.other_customer_id), greatest(m.customer_id, m.other_customer_id), d.decided_at DESC
    ON CONFLICT DO NOTHING
    RETURNING decision
)
SELECT count(*) AS kept FROM kept;
