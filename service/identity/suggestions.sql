-- name: list_merge_suggestions
-- What speaks for customers outside the merge set of customer $1 being the same person as it, the newest first, each identity
-- once. A customer stands for its merge set; pairs that a person dismissed are left out. With $2 only what speaks for customer $2.
WITH stated AS (
    SELECT coalesce(c.merged_into, c.customer_id) AS other_customer_id, s.kind, s.value, s.interaction_id, s.suggested_at,
        s.dismissed_at
    FROM customer m
    JOIN merge_suggestion s ON s.customer_id = m.customer_id
    JOIN customer c ON c.customer_id = s.other_customer_id
    WHERE m.customer_id = $1 OR m.merged_into = $1
    UNION ALL
    SELECT coalesce(c.merged_into, c.customer_id), s.kind, s.value, s.interaction_id, s.suggested_at, s.dismissed_at
    FROM customer m
    JOIN merge_suggestion s ON s.other_customer_id = m.customer_id
    JOIN customer c ON c.customer_id = s.customer_id
    WHERE m.customer_id = $1 OR m.merged_into = $1
),
latest AS (
    SELECT DISTINCT ON (other_customer_id, kind, value) other_customer_id, kind, value, interaction_id, suggested_at
    FROM stated
    WHERE other_customer_id <> $1 AND ($2::uuid IS NULL OR other_customer_id = $2)
        AND other_customer_id NOT IN (SELECT d.other_customer_id FROM stated d WHERE d.dismissed_at IS NOT NULL)
    ORDER BY other_customer_id, kind, value, suggested_at DESC, interaction_id DESC
)
SELECT other_customer_id, kind, value, interaction_id, suggested_at
FROM latest
ORDER BY suggested_at DESC, interaction_id DESC
LIMIT 200;

-- name: list_suggested_pairs
-- Pairs of customers that may be one person, the pair with the newest reason first, after the pair whose newest reason has the
-- place $1 $2 $3 (time and the customers that it names; of all if $1 is null), $4 of them. Each pair has its reasons as JSON. A
-- row of the table shows its pair if it is the newest of it, over both directions and all members of the two merge sets, and
-- none of these rows is dismissed.
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
WHERE s.dismissed_at IS NULL
    AND (
        $1::timestamptz IS NULL
        OR (s.suggested_at, s.customer_id, s.other_customer_id) < ($1::timestamptz, $2::uuid, $3::uuid)
    )
    AND NOT EXISTS (
        SELECT FROM merge_suggestion n
        WHERE n.customer_id = ANY (pair.members) AND n.other_customer_id = ANY (pair.members)
            AND (n.customer_id = ANY (one.members)) <> (n.other_customer_id = ANY (one.members))
            AND (
                n.dismissed_at IS NOT NULL
                OR (n.suggested_at, n.customer_id, n.other_customer_id, n.kind, n.value)
                    > (s.suggested_at, s.customer_id, s.other_customer_id, s.kind, s.value)
            )
        OFFSET 0
    )
ORDER BY s.suggested_at DESC, s.customer_id DESC, s.other_customer_id DESC, s.kind DESC, s.value DESC
LIMIT $4;

-- name: dismiss_suggestions
-- What speaks for customers $1 and $2, or members of their merge sets, being one person is dismissed at $3.
UPDATE merge_suggestion SET dismissed_at = $3
FROM customer c, customer o
WHERE c.customer_id = merge_suggestion.customer_id AND o.customer_id = merge_suggestion.other_customer_id
    AND (coalesce(c.merged_into, c.customer_id), coalesce(o.merged_into, o.customer_id)) IN (($1, $2), ($2, $1))
    AND merge_suggestion.customer_id IN (
        SELECT m.customer_id FROM customer m WHERE m.customer_id IN ($1, $2) OR m.merged_into IN ($1, $2)
    );

-- name: follow_split
-- What the interactions $3 of customers $2 suggested speaks of customer $1 now, and so does what was suggested about the
-- identities ($4 kinds, $5 values), except where it speaks of the customers $2 as well: they were told apart. Gives how many.
WITH gone AS (
    DELETE FROM merge_suggestion s
    WHERE (s.customer_id = ANY ($2::uuid[]) AND s.interaction_id = ANY ($3::uuid[]))
        OR (
            s.other_customer_id = ANY ($2::uuid[])
            AND (s.kind, s.value) IN (SELECT kind, value FROM unnest($4::identity_kind[], $5::text[]) AS moved (kind, value))
        )
    RETURNING
        CASE WHEN s.interaction_id = ANY ($3::uuid[]) THEN $1 ELSE s.customer_id END AS customer_id,
        CASE
            WHEN (s.kind, s.value) IN (SELECT kind, value FROM unnest($4, $5) AS moved (kind, value)) THEN $1
            ELSE s.other_customer_id
        END AS other_customer_id,
        s.kind, s.value, s.interaction_id, s.suggested_at, s.dismissed_at
),
kept AS (
    INSERT INTO merge_suggestion (customer_id, other_customer_id, kind, value, interaction_id, suggested_at, dismissed_at)
    SELECT DISTINCT ON (customer_id, other_customer_id, kind, value)
        customer_id, other_customer_id, kind, value, interaction_id, suggested_at, dismissed_at
    FROM gone
    WHERE customer_id <> other_customer_id AND customer_id <> ALL ($2) AND other_customer_id <> ALL ($2)
    ORDER BY customer_id, other_customer_id, kind, value, suggested_at DESC
    ON CONFLICT DO NOTHING
    RETURNING interaction_id
)
SELECT count(*) AS kept FROM kept;
