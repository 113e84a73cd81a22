-- name: lock_rules
-- One change of rules at a time, so that their number has a limit; reading goes on.
LOCK TABLE advice_rule IN SHARE ROW EXCLUSIVE MODE;

-- name: save_rule
-- Rule $1 is now $2, a RuleInput as JSON; gives whether it is new.
INSERT INTO advice_rule (name, rule)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET rule = excluded.rule
RETURNING xmax = 0;

-- name: delete_rule
-- Rule $1 is gone; no row if there is none.
DELETE FROM advice_rule
WHERE name = $1
RETURNING name;

-- name: read_rules
-- Every rule of the company, as JSON.
SELECT name, rule::text AS rule
FROM advice_rule
ORDER BY name;

-- name: read_queue_hours
-- Every queue with its calendar, as JSON.
SELECT name, title, calendar::text AS calendar
FROM queue
ORDER BY name;
