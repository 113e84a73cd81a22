-- name: lock_queues
-- One change of queues at a time, so that no two of them close a circle; reading goes on.
LOCK TABLE queue IN SHARE ROW EXCLUSIVE MODE;

-- name: upsert_queue
-- Queue $1 is now: title $2, calendar $3, offer timeout $4, offers $5, fallback queue $6, partner $7; gives whether it is new.
INSERT INTO queue (name, title, calendar, offer_timeout_s, max_offers, fallback_queue, partner)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (name) DO UPDATE SET
    title = excluded.title, calendar = excluded.calendar, offer_timeout_s = excluded.offer_timeout_s,
    max_offers = excluded.max_offers, fallback_queue = excluded.fallback_queue, partner = excluded.partner
RETURNING xmax = 0;

-- name: find_fallback_chains
-- Each of the queues $1 as `head`, with itself and the queues that it falls back to, in that order; no row for one that does
-- not exist. With the moment $2 also the agents that are declared for each, and agent $3, as a JSON array of AgentPresence;
-- null if there are none.
WITH RECURSIVE chain AS (
    SELECT q.name AS head, 1 AS step, q.* FROM queue q WHERE q.name = ANY($1::text [])
    UNION ALL
    SELECT chain.head, chain.step + 1, q.* FROM chain JOIN queue q ON q.name = chain.fallback_queue
)
SELECT head, name, title, calendar, offer_timeout_s, max_offers, fallback_queue, partner,
    CASE WHEN $2::timestamptz IS NOT NULL THEN (
        SELECT json_agg(json_build_object(
            'name', a.name, 'there', a.available AND a.absent_at > $2, 'in_queue', chain.name = ANY (a.queues),
            'skills', a.skills, 'languages', a.languages
        ))::text
        FROM agent a
        WHERE a.queues @> ARRAY[chain.name] OR a.name = $3
    ) END AS agents
FROM chain
ORDER BY head, step;

-- name: list_queues
-- At most $2 queues after name $1, in the order of their names.
SELECT name, title, calendar, offer_timeout_s, max_offers, fallback_queue, partner
FROM queue
WHERE $1::text IS NULL OR name > $1
ORDER BY name
LIMIT $2;

-- name: find_last_queue_of_agent
-- The queue where agent $1 took a handoff last, or the first one that the agent is declared for.
SELECT coalesce(
    (SELECT queue FROM handoff WHERE taken_by = $1 ORDER BY handoff_id DESC LIMIT 1),
    (SELECT queues[1] FROM agent WHERE name = $1)
);

-- name: schedule_hours_checks
-- Have every callback of queue $1 that waits for its window looked at again, at $2, by timers of kind $3.
INSERT INTO timer (timer_id, due_at, kind, customer_id, subject_id)
SELECT gen_random_uuid(), $2, $3, customer_id, callback_id
FROM callback
WHERE queue = $1 AND state IN ('scheduled', 'due')
ON CONFLICT DO NOTHING;
