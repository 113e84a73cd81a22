-- name: prepare
-- The later statements of this transaction take at most $1 (such as 20s), are planned for what they are told, and sort in
-- memory.
SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('work_mem', '64MB', true), set_config('jit', 'off', true);
