-- name: append_events
-- Number the events of types $1, customers $2, versions $3, subjects $4, times $5 and traces $6, and queue them for the webhooks
-- that want them. Of a restricted customer the restriction is told alone, and callbacks without their customer. Waits for the
-- transaction that numbered the last ones.
WITH happened AS MATERIALIZED (
    SELECT one.type, one.customer_id, one.version, one.subject_id, one.created_at, one.traceparent, one.place,
        coalesce(c.restricted, false) AND is_hidden_change(one.customer_id, one.version) AS hidden
    FROM unnest($1::text [], $2::uuid [], $3::bigint [], $4::uuid [], $5::timestamptz [], $6::text [])
        WITH ORDINALITY AS one (type, customer_id, version, subject_id, created_at, traceparent, place)
    LEFT JOIN customer c ON c.customer_id = one.customer_id
),
told AS MATERIALIZED (
    SELECT h.type, CASE WHEN h.hidden THEN '00000000-0000-0000-0000-000000000000' ELSE h.customer_id END AS customer_id,
        CASE WHEN h.hidden THEN 0 ELSE h.version END AS version, h.subject_id, h.created_at, h.traceparent,
        row_number() OVER (ORDER BY h.place) AS place
    FROM happened h
    WHERE NOT h.hidden OR starts_with(h.type, 'callback.')
),
counted AS (
    UPDATE event_count SET events = events + (SELECT count(*) FROM told) RETURNING events - (SELECT count(*) FROM told) AS before
),
numbered AS (
    SELECT counted.before + told.place AS event_id, told.type, told.customer_id, told.version, told.subject_id, told.created_at,
        told.traceparent
    FROM counted
    CROSS JOIN told
),
appended AS (
    INSERT INTO event (event_id, type, customer_id, version, subject_id, created_at)
    SELECT event_id, type, customer_id, version, subject_id, created_at FROM numbered
),
queued AS (
    INSERT INTO webhook_delivery (
        webhook_id, event_id, type, customer_id, version, subject_id, created_at, queued_at, due_at, traceparent
    )
    SELECT
        w.webhook_id, a.event_id, a.type, a.customer_id, a.version, a.subject_id, a.created_at, a.created_at, a.created_at,
        a.traceparent
    FROM numbered a
    JOIN webhook w
        ON w.types && ARRAY['*', a.type, split_part(a.type, '.', 1) || '.*']
    WHERE w.disabled_at IS NULL
    RETURNING webhook_id, event_id
)
SELECT webhook_id, event_id FROM queued;

-- name: read_events_after
-- At most $2 events after id $1 in their order, with the state and queue that their handoffs, callbacks, calls and
-- risks have now, the keys that gave handoffs and made callbacks, whoever passed them on since, the references of calls,
-- what is told of notices, and the customers merged into theirs. Look-ups per event, because a join may read all handoffs
-- there ever were.
SELECT
    e.event_id, e.type, e.customer_id, e.version, e.subject_id, e.created_at, subject.state, subject.queue,
    subject.reference,
    CASE WHEN subject.parent_id IS NULL THEN subject.key_id ELSE (
        WITH RECURSIVE line AS (
            SELECT subject.parent_id, subject.key_id
            UNION ALL
            SELECT p.parent_id, p.key_id FROM line JOIN handoff p ON p.handoff_id = line.parent_id
        )
        SELECT key_id FROM line WHERE parent_id IS NULL
    ) END AS giver,
    CASE WHEN starts_with(e.type, 'handoff.') AND subject.state IS NULL THEN 'erased' ELSE subject.reason END AS reason,
    subject.notice,
    ARRAY(SELECT m.customer_id FROM customer m WHERE m.merged_into = e.customer_id) AS merged,
    coalesce((SELECT c.restricted FROM customer c WHERE c.customer_id = e.customer_id), false)
        AND is_hidden_change(e.customer_id, e.version)
        OR (e.type IN ('customer.at_risk', 'match.found') AND NOT may_be_profiled(e.customer_id)) AS hidden
FROM event e
LEFT JOIN LATERAL (
    SELECT state::text, queue, NULL AS reference, key_id, parent_id, CASE state
            WHEN 'fell_back' THEN coalesce(offers -> -1 ->> 'end', 'closed') ELSE offers -> -2 ->> 'end'
        END AS reason, NULL AS notice
    FROM handoff WHERE handoff_id = e.subject_id AND starts_with(e.type, 'handoff.')
    UNION ALL
    SELECT state::text, queue, NULL, key_id, handoff_id, NULL, NULL FROM callback
    WHERE callback_id = e.subject_id AND starts_with(e.type, 'callback.')
    UNION ALL
    SELECT phase::text, queue, call_ref, NULL, NULL, NULL, NULL FROM live_call
    WHERE call_id = e.subject_id AND starts_with(e.type, 'call.')
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, NULL, event_data FROM notice
    WHERE subject_id = e.subject_id AND starts_with(e.type, 'notice.')
    UNION ALL
    SELECT level, NULL, NULL, NULL, NULL, array_to_string(codes, ' '), NULL FROM customer_risk
    WHERE customer_id = e.customer_id AND e.type = 'customer.at_risk'
) subject ON true
WHERE e.event_id > $1
ORDER BY e.event_id
LIMIT $2;

-- name: read_extent
-- The id of the newest event, and how many before it are kept.
SELECT events AS newest, events - coalesce((SELECT min(event_id) FROM event), events + 1) + 1 AS kept
FROM event_count;

-- name: customer_exists
-- Whether customer $1 exists.
SELECT EXISTS (SELECT 1 FROM customer WHERE customer_id = $1);

-- name: queue_exists
-- Whether queue $1 exists.
SELECT EXISTS (SELECT 1 FROM queue WHERE name = $1);
