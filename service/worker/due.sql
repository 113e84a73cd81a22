-- name: read_due
-- What waits for a worker: whether the outbox has rows, whether views are to be dropped; when the first timer, delivery to a
-- webhook, report, message to a source and step of an erasure are due, NULL for none. Without a parameter it is planned once.
SELECT
    EXISTS (SELECT FROM (SELECT o.outbox_id FROM outbox o ORDER BY o.outbox_id LIMIT 1) AS first) AS relay,
    EXISTS (SELECT FROM undropped_view) AS drops,
    (SELECT min(t.due_at) FROM timer t) AS timers,
    (
        SELECT min(d.due_at)
        FROM webhook w
        CROSS JOIN LATERAL (
            SELECT due_at FROM webhook_delivery
            WHERE webhook_id = w.webhook_id AND dead_at IS NULL
            ORDER BY due_at
            LIMIT 1
        ) AS d
        WHERE w.disabled_at IS NULL AND w.paused_at IS NULL
    ) AS webhooks,
    (SELECT min(r.due_at) FROM handoff_report_due r) AS reports,
    (SELECT min(g.due_at) FROM golden_change g WHERE g.due_at IS NOT NULL) AS playback,
    (SELECT min(e.due_at) FROM erasure e WHERE e.due_at IS NOT NULL) AS erasures;

-- name: read_followers
-- Which rooms that follow the journal have a step to take: events that they have not seen, a run over all customers, or, for
-- golden records, other rules than those of the last run.
SELECT
    EXISTS (SELECT FROM search_position p WHERE p.event_id < c.events OR p.sweep IS NOT NULL) AS search,
    EXISTS (
        SELECT FROM insight_position p WHERE p.event_id < c.events OR p.sweep IS NOT NULL OR p.tallied_to IS NOT NULL
    ) AS insight,
    EXISTS (SELECT FROM match_state p WHERE p.event_id < c.events OR p.sweep IS NOT NULL) AS matches,
    EXISTS (
        SELECT FROM golden_position p
        WHERE p.event_id < c.events OR p.sweep IS NOT NULL OR p.rules IS DISTINCT FROM golden_rules()
    ) AS golden
FROM event_count c;
