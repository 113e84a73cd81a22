-- name: list_changes
-- At most $3 records of source $1 that have something to learn, behind sequence $2.
SELECT g.external_id, coalesce(c.merged_into, c.customer_id) AS customer_id, g.sequence, g.changed_at,
    ARRAY(SELECT jsonb_object_keys(g.told) ORDER BY 1) AS fields
FROM golden_change g
JOIN customer c ON c.customer_id = g.customer_id AND NOT c.restricted
WHERE g.source = $1 AND g.sequence > $2
ORDER BY g.sequence
LIMIT $3;

-- name: read_state
-- How far source $1 was told of its records, or each source.
SELECT g.source, count(*) FILTER (WHERE g.delivered = g.sequence) AS told,
    count(*) FILTER (WHERE g.due_at IS NOT NULL) AS waiting, count(*) FILTER (WHERE g.failure IS NOT NULL) AS failed,
    count(*) FILTER (WHERE g.delivered < g.sequence AND g.due_at IS NULL AND g.told <> '{}') AS untold,
    coalesce(array_agg(DISTINCT g.failure) FILTER (WHERE g.failure IS NOT NULL), '{}') AS failures
FROM golden_change g
WHERE $1::text IS NULL OR g.source = $1
GROUP BY g.source
ORDER BY g.source;

-- name: make_due
-- What the sources with a webhook, or $1 alone, did not take is due at $2.
UPDATE golden_change g SET due_at = $2, queued_at = $2, tries = 0
FROM source s
WHERE s.source = g.source AND s.webhook IS NOT NULL AND ($1::text IS NULL OR g.source = $1)
    AND g.delivered < g.sequence AND g.told <> '{}';

-- name: tell_again
-- All that the sources with a webhook, or $1 alone, were ever told and still lack is a change anew, due at $2: receivers pass
-- over the id of a message that they know. Gives how many.
WITH lacking AS (
    SELECT g.source, g.external_id, row_number() OVER (ORDER BY g.sequence) AS step
    FROM golden_change g
    JOIN source s ON s.source = g.source
    WHERE s.webhook IS NOT NULL AND ($1::text IS NULL OR g.source = $1) AND g.told <> '{}'
),
counted AS (
    UPDATE golden_position SET sequence = sequence + (SELECT count(*) FROM lacking) RETURNING sequence
),
raised AS (
    UPDATE golden_change g SET sequence = c.sequence - (SELECT count(*) FROM lacking) + l.step, due_at = $2, queued_at = $2,
        tries = 0, failure = NULL
    FROM lacking l
    CROSS JOIN counted c
    WHERE g.source = l.source AND g.external_id = l.external_id
    RETURNING g.sequence
)
SELECT count(*) AS raised FROM raised;

-- name: count_due
-- How many records of source $1, or of all, are due at $2 with no message on its way.
SELECT count(*) FROM golden_change g
WHERE g.due_at <= $2 AND ($1::text IS NULL OR g.source = $1) AND (g.leased_until IS NULL OR g.leased_until <= $2);
