-- name: read_backlog
-- What waits at $1, in seconds and numbers: the oldest change of the outbox, the timer due longest, deliveries to webhooks that
-- wait, that failed and wait, and that were given up, the oldest of them, reports, and the events that each follower has not
-- seen. No more than 100,000 of a kind are counted.
WITH waiting AS MATERIALIZED (
    SELECT failure IS NOT NULL AS failing, queued_at FROM webhook_delivery
    WHERE dead_at IS NULL
    LIMIT 100000
)
SELECT
    coalesce(
        extract(EPOCH FROM clock_timestamp() - (SELECT o.written_at FROM outbox o ORDER BY o.outbox_id LIMIT 1)), 0
    )::double precision AS outbox_oldest_s,
    greatest(extract(EPOCH FROM $1::timestamptz - (SELECT min(t.due_at) FROM timer t)), 0)::double precision AS timer_overdue_s,
    (SELECT count(*) FROM waiting w WHERE NOT w.failing) AS pending,
    (SELECT count(*) FROM waiting w WHERE w.failing) AS failing,
    (SELECT count(*) FROM (SELECT FROM webhook_delivery d WHERE d.dead_at IS NOT NULL LIMIT 100000) AS given_up) AS dead,
    greatest(extract(EPOCH FROM $1::timestamptz - (SELECT min(w.queued_at) FROM waiting w)), 0)::double precision
        AS webhook_oldest_s,
    (SELECT count(*) FROM (SELECT FROM handoff_report_due r LIMIT 100000) AS due) AS reports,
    (SELECT c.events - p.event_id FROM search_position p) AS search,
    (SELECT c.events - p.event_id FROM insight_position p) AS insight,
    (SELECT c.events - p.event_id FROM match_state p) AS matches,
    (SELECT c.events - p.event_id FROM golden_position p) AS golden
FROM event_count c;
