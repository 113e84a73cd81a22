-- name: find_unknown_queues
-- Those of the queues $1 that do not exist.
SELECT ARRAY(SELECT wanted FROM unnest($1::text []) AS wanted WHERE wanted NOT IN (SELECT q.name FROM queue q));

-- name: save_agent
-- What is declared of agent $1: $2 available, $3 queues, $4 skills, $5 languages, each as it was if it is null; seen at $6,
-- and there until $7. Where $8 is a partner's queue, a new agent serves it, and no row is given for an agent that serves
-- another queue. Gives the agent, and whether it is new.
INSERT INTO agent (name, available, queues, skills, languages, seen_at, absent_at, there_since)
VALUES (
    $1, coalesce($2::boolean, true), coalesce($3::text [], array_remove(ARRAY[$8::text], NULL)), coalesce($4::text [], '{}'),
    coalesce($5::text [], '{}'), $6, $7, $6
)
ON CONFLICT (name) DO UPDATE SET
    available = coalesce($2, agent.available), queues = coalesce($3, agent.queues), skills = coalesce($4, agent.skills),
    languages = coalesce($5, agent.languages), seen_at = excluded.seen_at, absent_at = excluded.absent_at,
    there_since = CASE WHEN agent.available AND agent.absent_at > $6 THEN agent.there_since ELSE $6 END
WHERE $8 IS NULL OR agent.queues = ARRAY[$8]
RETURNING name, available, queues, skills, languages, seen_at, absent_at, xmax = 0 AS created;

-- name: record_heartbeat
-- Agent $1 was seen at $2, and is there until $3; with $4 only an agent that serves this queue alone. Gives the agent.
UPDATE agent SET
    seen_at = $2, absent_at = $3, there_since = CASE WHEN available AND absent_at > $2 THEN there_since ELSE $2 END
WHERE name = $1 AND ($4::text IS NULL OR queues = ARRAY[$4])
RETURNING name, available, queues, skills, languages, seen_at, absent_at;

-- name: record_heartbeats
-- The agents $1 were seen at $2, and are there until $3; those who are not declared stay so, and one of whom another process
-- tells at the same time is left to it.
UPDATE agent SET
    seen_at = $2, absent_at = $3, there_since = CASE WHEN available AND absent_at > $2 THEN there_since ELSE $2 END
WHERE name IN (SELECT name FROM agent WHERE name = ANY($1) FOR UPDATE SKIP LOCKED);

-- name: find_agent
-- Agent $1; with $2 only if the agent serves this queue.
SELECT name, available, queues, skills, languages, seen_at, absent_at
FROM agent
WHERE name = $1 AND ($2::text IS NULL OR queues @> ARRAY[$2]);

-- name: list_agents
-- At most $4 agents after name $3, in the order of their names; with $1 only those that serve this queue, with $2 only those
-- that serve this one, and none of another queue $1.
SELECT name, available, queues, skills, languages, seen_at, absent_at
FROM agent
WHERE ($1::text IS NULL OR queues @> ARRAY[$1]) AND ($2::text IS NULL OR (queues @> ARRAY[$2] AND coalesce($1, $2) = $2))
    AND ($3::text IS NULL OR name > $3)
ORDER BY name
LIMIT $4;
