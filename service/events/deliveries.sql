-- name: claim_deliveries
-- Deliveries due at $1, the longest due first: at most $3 for each webhook, less those that run here already, which are
-- $5 for each of the webhooks $4. Theirs until $2, when others may take them for lost.
WITH due AS (
    SELECT
        w.webhook_id, w.name, w.url, w.audience, w.queue, d.event_id,
        w.secret || ARRAY(
            SELECT o.secret FROM webhook_old_secret o
            WHERE o.webhook_id = w.webhook_id AND o.until > $1
            ORDER BY o.until DESC
            LIMIT 4
        ) AS secrets
    FROM webhook w
    LEFT JOIN unnest($4::uuid [], $5::integer []) AS r (webhook_id, running) ON r.webhook_id = w.webhook_id
    CROSS JOIN LATERAL (
        SELECT event_id
        FROM webhook_delivery
        WHERE webhook_id = w.webhook_id AND dead_at IS NULL AND due_at <= $1 AND CASE
                WHEN EXISTS (SELECT FROM customer c WHERE c.customer_id = webhook_delivery.customer_id AND c.restricted)
                    THEN NOT is_hidden_change(customer_id, version)
                ELSE true
            END
        ORDER BY due_at, event_id
        LIMIT greatest($3 - coalesce(r.running, 0), 0)
        FOR UPDATE SKIP LOCKED
    ) d
    WHERE w.disabled_at IS NULL AND w.paused_at IS NULL
),
claimed AS (
    UPDATE webhook_delivery d
    SET due_at = $2, tries = d.tries + 1, tried_at = $1
    FROM due
    WHERE d.webhook_id = due.webhook_id AND d.event_id = due.event_id
    RETURNING
        d.webhook_id, d.event_id, d.type, d.customer_id, d.version, d.subject_id, d.created_at, d.queued_at, d.tries,
        d.traceparent, due.name, due.url, due.secrets, due.audience, due.queue AS wanted_queue
)
SELECT claimed.*, subject.state, subject.queue, subject.reference, subject.reason, subject.notice
FROM claimed
LEFT JOIN LATERAL (
    SELECT state::text, queue, NULL AS reference, CASE state
            WHEN 'fell_back' THEN coalesce(offers -> -1 ->> 'end', 'closed') ELSE offers -> -2 ->> 'end'
        END AS reason, NULL AS notice
    FROM handoff
    WHERE handoff_id = claimed.subject_id AND starts_with(claimed.type, 'handoff.')
    UNION ALL
    SELECT state::text, queue, NULL, NULL, NULL FROM callback
    WHERE callback_id = claimed.subject_id AND starts_with(claimed.type, 'callback.')
    UNION ALL
    SELECT phase::text, queue, call_ref, NULL, NULL FROM live_call
    WHERE call_id = claimed.subject_id AND starts_with(claimed.type, 'call.')
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, event_data FROM notice
    WHERE subject_id = claimed.subject_id AND starts_with(claimed.type, 'notice.')
    UNION ALL
    SELECT level, NULL, NULL, array_to_string(codes, ' '), NULL FROM customer_risk
    WHERE customer_id = claimed.customer_id AND claimed.type = 'customer.at_risk'
) subject ON true
ORDER BY claimed.event_id;

-- name: delete_delivered
-- The events $2 have arrived at the webhooks $1.
DELETE FROM webhook_delivery d
USING unnest($1::uuid [], $2::bigint []) AS arrived (webhook_id, event_id)
WHERE d.webhook_id = arrived.webhook_id AND d.event_id = arrived.event_id;

-- name: record_arrivals
-- Something arrived at the webhooks $1 at $2; one that another worker records at this moment is left to it.
UPDATE webhook
SET delivered_at = $2
WHERE webhook_id IN (
    SELECT webhook_id
    FROM webhook
    WHERE webhook_id = ANY($1::uuid []) AND (delivered_at IS NULL OR delivered_at < $2)
    FOR NO KEY UPDATE SKIP LOCKED
);

-- name: record_failures
-- The tries numbered $3 of the events $2 to the webhooks $1 failed at $4 because of $5: the next is at $6, or never if
-- that is null. A try that another one has overtaken changes nothing.
UPDATE webhook_delivery d
SET failure = failed.failure, due_at = coalesce(failed.due_at, d.due_at),
    dead_at = CASE WHEN failed.due_at IS NULL THEN $4::timestamptz END
FROM unnest($1::uuid [], $2::bigint [], $3::integer [], $5::text [], $6::timestamptz [])
    AS failed (webhook_id, event_id, tries, failure, due_at)
WHERE d.webhook_id = failed.webhook_id AND d.event_id = failed.event_id AND d.tries = failed.tries
    AND d.dead_at IS NULL;

-- name: disable_webhooks
-- The receivers of the webhooks $1 said at $2 that they are gone: send them nothing more, and give up what waits.
WITH disabled AS (
    UPDATE webhook SET disabled_at = $2 WHERE webhook_id = ANY($1::uuid []) AND disabled_at IS NULL
    RETURNING webhook_id
),
ended AS (
    UPDATE webhook_delivery d
    SET dead_at = $2, failure = coalesce(d.failure, 'the receiver is gone')
    FROM disabled
    WHERE d.webhook_id = disabled.webhook_id AND d.dead_at IS NULL
    RETURNING d.webhook_id, d.event_id
)
SELECT webhook_id, event_id FROM ended;

-- name: list_deliveries
-- At most $4 deliveries to webhook $1 after event $3, by the number of the event: `dead` ones as $2, `pending` ones,
-- `failing` ones that wait after a failed try, or without $2 those that are dead or failing.
SELECT
    event_id, type, customer_id, version, subject_id, created_at, tries, tried_at, failure, dead_at,
    CASE WHEN dead_at IS NULL THEN due_at END AS due_at
FROM webhook_delivery
WHERE
    webhook_id = $1 AND event_id > $3 AND CASE $2::text
        WHEN 'dead' THEN dead_at IS NOT NULL
        WHEN 'pending' THEN dead_at IS NULL
        WHEN 'failing' THEN dead_at IS NULL AND failure IS NOT NULL
        ELSE dead_at IS NOT NULL OR failure IS NOT NULL
    END
ORDER BY event_id
LIMIT $4;

-- name: replay_dead_deliveries
-- Queue the oldest $3 deliveries to webhook $1 that were given up once more, at $2: with $4 of events since then, with $5
-- of this event alone.
UPDATE webhook_delivery
SET dead_at = NULL, failure = NULL, tries = 0, queued_at = $2, due_at = $2
WHERE webhook_id = $1 AND event_id IN (
    SELECT event_id
    FROM webhook_delivery
    WHERE
        webhook_id = $1 AND dead_at IS NOT NULL AND ($4::timestamptz IS NULL OR created_at >= $4)
        AND ($5::bigint IS NULL OR event_id = $5)
    ORDER BY event_id
    LIMIT $3
);
