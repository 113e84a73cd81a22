-- name: list_usage
-- At $1, in the day that began at $2 and the minute that began at $3: each key in force, and each agent that was counted or
-- is paused, with the units taken of its budgets, how many customers it was shown since $2, and the end of its pause or null.
WITH caller AS (
    SELECT key_id, name, role::text AS role, false AS is_agent
    FROM api_key
    WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)
    UNION ALL
    SELECT account_id, name, role::text, true
    FROM agent_account
),
budget AS (
    SELECT
        key_id,
        sum(taken) FILTER (WHERE counted = 'customers' AND period = 'day') AS customers_day,
        sum(taken) FILTER (WHERE counted = 'customers' AND period = 'minute') AS customers_minute,
        sum(taken) FILTER (WHERE counted = 'misses' AND period = 'day') AS misses_day,
        sum(taken) FILTER (WHERE counted = 'misses' AND period = 'minute') AS misses_minute
    FROM look_up_budget
    WHERE starts_at = CASE period WHEN 'day' THEN $2::timestamptz ELSE $3::timestamptz END
    GROUP BY key_id
),
shown AS (
    SELECT a.key_id, count(DISTINCT c.customer_id) AS customers
    FROM read_audit a
    CROSS JOIN LATERAL unnest(a.customer_ids) AS c (customer_id)
    WHERE a.read_at >= $2
    GROUP BY a.key_id
)
SELECT
    caller.key_id, caller.name, caller.role, caller.is_agent, coalesce(budget.customers_day, 0)::bigint AS customers_day,
    coalesce(budget.customers_minute, 0)::bigint AS customers_minute, coalesce(budget.misses_day, 0)::bigint AS misses_day,
    coalesce(budget.misses_minute, 0)::bigint AS misses_minute, coalesce(shown.customers, 0) AS customers_read,
    pause.ends_at AS paused_until
FROM caller
LEFT JOIN budget USING (key_id)
LEFT JOIN shown USING (key_id)
LEFT JOIN confirmation_pause pause ON pause.key_id = caller.key_id AND pause.ends_at > $1
WHERE NOT caller.is_agent OR budget.key_id IS NOT NULL OR shown.key_id IS NOT NULL OR pause.key_id IS NOT NULL
ORDER BY customers_read DESC, customers_day DESC, caller.name, caller.key_id;

-- name: lift_pause
-- Key $1 waits no more after $2, and its wrong confirmations are forgotten; no row if it did not wait.
UPDATE confirmation_pause
SET wrong = 0, ends_at = $2
WHERE key_id = $1 AND ends_at > $2
RETURNING true;
