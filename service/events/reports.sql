-- name: create_report
-- Whoever made handoff $1 through instance $2 hears of it at $3: the JSON $4 holds, for each state, what is sent there. Who
-- asks once more for a handoff that stands hears of it where the last request says.
INSERT INTO handoff_report (handoff_id, instance_id, url, bodies)
VALUES ($1, $2, $3, $4)
ON CONFLICT (handoff_id) DO UPDATE SET url = excluded.url, bodies = excluded.bodies
WHERE handoff_report.instance_id = excluded.instance_id;

-- name: queue_reports
-- The handoffs $1 have come to the states $2, as the outbox told under the ids $3, at $4: tell those who made them and want
-- to hear of that state. What a handoff was transferred to is told as the handoff that was made.
WITH RECURSIVE line AS (
    SELECT h.handoff_id, h.parent_id, told.state, told.outbox_id, told.at
    FROM unnest(
        (SELECT $1::uuid []), (SELECT $2::handoff_state []), (SELECT $3::bigint []), (SELECT $4::timestamptz [])
    ) AS told (handoff_id, state, outbox_id, at)
    JOIN handoff h ON h.handoff_id = told.handoff_id
    UNION ALL
    SELECT h.handoff_id, h.parent_id, line.state, line.outbox_id, line.at
    FROM line
    JOIN handoff h ON h.handoff_id = line.parent_id
)
INSERT INTO handoff_report_due (handoff_id, outbox_id, state, queued_at, due_at)
SELECT r.handoff_id, line.outbox_id, line.state, line.at, line.at
FROM line
JOIN handoff_report r ON r.handoff_id = line.handoff_id
WHERE r.bodies ? line.state::text AND NOT EXISTS (
        SELECT FROM handoff h JOIN customer c ON c.customer_id = h.customer_id
        WHERE h.handoff_id = r.handoff_id AND c.restricted
    )
ON CONFLICT DO NOTHING;

-- name: claim_reports
-- At most $3 states due at $1, the longest due first, of each handoff the oldest that is not told yet; theirs until $2.
WITH due AS (
    SELECT d.handoff_id, d.outbox_id
    FROM handoff_report_due d
    WHERE d.due_at <= $1
        AND NOT EXISTS (
            SELECT FROM handoff_report_due earlier
            WHERE earlier.handoff_id = d.handoff_id AND earlier.outbox_id < d.outbox_id
        )
    ORDER BY d.due_at
    LIMIT $3
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE handoff_report_due d
SET due_at = $2, tries = d.tries + 1
FROM due, handoff_report r, channel_instance i
WHERE d.handoff_id = due.handoff_id AND d.outbox_id = due.outbox_id AND r.handoff_id = d.handoff_id
    AND i.instance_id = r.instance_id
RETURNING
    d.handoff_id, d.outbox_id, d.state::text, d.queued_at, d.tries, i.adapter || ':' || i.name AS source, i.secret, r.url,
    r.bodies -> d.state::text AS body;

-- name: delete_delivered_report
-- What the outbox told of handoff $1 under id $2 has arrived.
DELETE FROM handoff_report_due
WHERE handoff_id = $1 AND outbox_id = $2;

-- name: postpone_report
-- Try number $3 to tell what the outbox told of handoff $1 under id $2 failed: the next is at $4.
UPDATE handoff_report_due
SET due_at = $4
WHERE handoff_id = $1 AND outbox_id = $2 AND tries = $3;

-- name: delete_report
-- Nobody hears of handoff $1 any more.
DELETE FROM handoff_report
WHERE handoff_id = $1;
