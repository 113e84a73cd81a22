-- name: insert_deliveries
-- Record deliveries $1 of those instances that still exist.
INSERT INTO channel_delivery (
    instance_id, delivery_id, received_at, outcome, problem, detail, latency_ms, registered, duplicates,
    interaction_ids, customer_ids, handoff_ids, payload_id
)
SELECT
    d.instance_id, d.delivery_id, d.received_at, d.outcome, d.problem, d.detail, d.latency_ms, d.registered, d.duplicates,
    d.interaction_ids, d.customer_ids, d.handoff_ids, d.payload_id
FROM unnest($1::channel_delivery_row[]) AS d (
    instance_id, delivery_id, received_at, outcome, problem, detail, latency_ms, registered, duplicates,
    interaction_ids, customer_ids, handoff_ids, payload_id
)
INNER JOIN channel_instance i ON i.instance_id = d.instance_id;

-- name: count_deliveries
-- Instances $1 had on days $2 with outcomes $3 as many deliveries more as $4 says.
INSERT INTO channel_delivery_count (instance_id, counted_on, outcome, deliveries)
SELECT counted.instance_id, counted.counted_on, counted.outcome, counted.deliveries
FROM unnest($1::uuid[], $2::date[], $3::delivery_outcome[], $4::bigint[])
    AS counted (instance_id, counted_on, outcome, deliveries)
INNER JOIN channel_instance i ON i.instance_id = counted.instance_id
ORDER BY counted.instance_id, counted.counted_on, counted.outcome
ON CONFLICT (instance_id, counted_on, outcome)
DO UPDATE SET deliveries = channel_delivery_count.deliveries + excluded.deliveries;

-- name: find_channel
-- The id and the adapter of the instance named $1.
SELECT instance_id, adapter
FROM channel_instance
WHERE name = $1;

-- name: list_deliveries
-- At most $4 deliveries to instance $1 before delivery $3, the newest first; with $2 those of this outcome alone.
SELECT
    d.delivery_id AS id, d.received_at, d.outcome, d.problem, d.detail, d.latency_ms, d.registered, d.duplicates,
    CASE WHEN hidden.any THEN '{}' ELSE d.interaction_ids END AS interactions,
    CASE WHEN hidden.any THEN '{}' ELSE d.customer_ids END AS customers,
    CASE WHEN hidden.any THEN '{}' ELSE d.handoff_ids END AS handoffs, p.payload_id IS NOT NULL AS kept
FROM channel_delivery d
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM customer c WHERE c.customer_id = ANY (d.customer_ids) AND c.restricted) AS "any"
) AS hidden
LEFT JOIN channel_payload p ON p.payload_id = d.payload_id
WHERE
    d.instance_id = $1 AND ($2::delivery_outcome IS NULL OR d.outcome = $2)
    AND ($3::uuid IS NULL OR d.delivery_id < $3)
ORDER BY d.delivery_id DESC
LIMIT $4;

-- name: list_channels
-- Every instance by name, with its newest delivery that was taken and the newest that was not, and the counts of day $1.
SELECT
    i.name, i.adapter, i.created_at, taken.received_at AS taken_at, error.received_at AS error_at, error.problem,
    error.detail, coalesce(today.accepted, 0) AS accepted, coalesce(today.refused, 0) AS refused
FROM channel_instance i
LEFT JOIN LATERAL (
    SELECT max(newest.received_at) AS received_at
    FROM unnest(ARRAY['accepted', 'duplicate', 'ignored']::delivery_outcome[]) AS o (outcome)
    CROSS JOIN LATERAL (
        SELECT received_at
        FROM channel_delivery
        WHERE instance_id = i.instance_id AND outcome = o.outcome
        ORDER BY delivery_id DESC
        LIMIT 1
    ) newest
) taken ON true
LEFT JOIN LATERAL (
    SELECT newest.received_at, newest.problem, newest.detail
    FROM unnest(ARRAY['refused', 'failed']::delivery_outcome[]) AS o (outcome)
    CROSS JOIN LATERAL (
        SELECT delivery_id, received_at, problem, detail
        FROM channel_delivery
        WHERE instance_id = i.instance_id AND outcome = o.outcome
        ORDER BY delivery_id DESC
        LIMIT 1
    ) newest
    ORDER BY newest.delivery_id DESC
    LIMIT 1
) error ON true
LEFT JOIN LATERAL (
    SELECT
        sum(deliveries) FILTER (WHERE outcome IN ('accepted', 'duplicate', 'ignored'))::bigint AS accepted,
        sum(deliveries) FILTER (WHERE outcome IN ('refused', 'failed'))::bigint AS refused
    FROM channel_delivery_count
    WHERE instance_id = i.instance_id AND counted_on = $1
) today ON true
ORDER BY i.name;
