-- name: hold_claims
-- One worker at a time claims, so that no two send of one customer at once; no row while another one does.
SELECT is_only FROM golden_claims
FOR UPDATE SKIP LOCKED;

-- name: claim_messages
-- At most $3 messages that are due at $1, of the sources $4 unless that is null, leased until $2: for each source and canonical
-- customer one with all its records that have something to learn, unless a message of the two is on its way.
WITH due AS (
    SELECT found.source, found.survivor_id, w.url, w.webhook_id, w.secret
    FROM (
        SELECT g.source, coalesce(c.merged_into, c.customer_id) AS survivor_id, min(g.due_at) AS due_at
        FROM golden_change g
        JOIN customer c ON c.customer_id = g.customer_id
        WHERE NOT c.restricted AND g.due_at <= $1 AND (g.leased_until IS NULL OR g.leased_until <= $1) AND ($4::text[] IS NULL OR g.source = ANY ($4))
        GROUP BY g.source, survivor_id
    ) AS found
    JOIN source s ON s.source = found.source
    JOIN webhook w ON w.name = s.webhook AND w.disabled_at IS NULL AND w.paused_at IS NULL
    WHERE NOT EXISTS (
        SELECT FROM customer m
        JOIN golden_change o ON o.customer_id = m.customer_id AND o.source = found.source
        WHERE (m.customer_id = found.survivor_id OR m.merged_into = found.survivor_id) AND o.leased_until > $1
    )
    ORDER BY found.due_at
    LIMIT $3
),
claimed AS (
    UPDATE golden_change g SET leased_until = $2, sent = g.sequence, tries = g.tries + 1
    FROM due
    JOIN customer m ON m.customer_id = due.survivor_id OR m.merged_into = due.survivor_id
    WHERE g.customer_id = m.customer_id AND g.source = due.source AND g.due_at IS NOT NULL
    RETURNING g.source, due.survivor_id, g.external_id, g.sequence, g.changed_at, g.queued_at, g.tries, due.url,
        due.webhook_id, due.secret
)
SELECT d.source, d.survivor_id AS customer_id, c.version, d.external_ids, d.sequences, d.changed_at, d.queued_at, d.tries, d.url,
    d.webhook_id,
    d.secret || ARRAY(
        SELECT o.secret FROM webhook_old_secret o
        WHERE o.webhook_id = d.webhook_id AND o.until > $1
        ORDER BY o.until DESC
        LIMIT 4
    ) AS secrets
FROM (
    SELECT source, survivor_id, url, webhook_id, secret, array_agg(external_id ORDER BY external_id) AS external_ids,
        array_agg(sequence ORDER BY external_id) AS sequences, max(changed_at) AS changed_at, max(queued_at) AS queued_at,
        max(tries) AS tries
    FROM claimed
    GROUP BY source, survivor_id, url, webhook_id, secret
) AS d
JOIN customer c ON c.customer_id = d.survivor_id
ORDER BY d.changed_at, d.source, d.survivor_id;

-- name: settle
-- Tries for the records $1 $2 that sent the sequences $3 ended at $6: with the failure $4 and the next try at $5, or arrived if
-- that is null. What changed meanwhile is due at once.
UPDATE golden_change g SET
    leased_until = NULL,
    delivered = CASE WHEN e.failure IS NULL THEN e.sequence ELSE g.delivered END,
    failure = e.failure,
    due_at = CASE
        WHEN g.due_at IS NULL THEN NULL
        WHEN g.sequence > e.sequence THEN $6::timestamptz
        WHEN e.failure IS NULL THEN NULL
        ELSE e.due_at
    END
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[])
    AS e (source, external_id, sequence, failure, due_at)
WHERE g.source = e.source AND g.external_id = e.external_id AND g.sent = e.sequence;
