-- name: begin_snapshot
-- All that this transaction reads is of one moment.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;

-- name: allow_long_statements
-- Let the statements of this transaction take up to $1 ms each.
SELECT set_config('statement_timeout', $1, true);

-- name: read_own_values
-- What names the customers $1: identities, addresses and numbers that sources or they themselves stated; and their language.
SELECT i.value FROM identity i WHERE i.customer_id = ANY ($1::uuid[])
UNION
SELECT v.value #>> '{}' FROM customer_value v WHERE v.customer_id = ANY ($1::uuid[]) AND jsonb_typeof(v.value) = 'string'
UNION
SELECT f.value #>> '{}' FROM fact f WHERE f.customer_id = ANY ($1::uuid[]) AND jsonb_typeof(f.value) = 'string'
UNION
SELECT c.phone FROM callback c WHERE c.customer_id = ANY ($1::uuid[]) AND c.phone IS NOT NULL;

-- name: read_language
-- The language of the customer $1; NULL if it is not known.
SELECT language FROM customer WHERE customer_id = $1;

-- name: read_staff
-- Names of agents: of all accounts and declared agents, and of those who spoke with the customers $1.
SELECT a.name FROM agent_account a
UNION
SELECT g.name FROM agent g
UNION
SELECT i.details -> 'participant' ->> 'name'
FROM interaction i
WHERE i.customer_id = ANY ($1::uuid[]) AND i.details -> 'participant' ->> 'role' = 'agent'
    AND i.details -> 'participant' ->> 'name' IS NOT NULL;

-- name: read_roles
-- The role of every key and of every account of an agent.
SELECT k.key_id AS id, k.role::text AS role FROM api_key k
UNION ALL
SELECT a.account_id, a.role::text FROM agent_account a;

-- name: read_column_types
-- The type of each column of the schema, by the names of the table and the column.
SELECT c.table_name::text AS table_name, c.column_name::text AS column_name, c.udt_name::text AS type
FROM information_schema.columns c
WHERE c.table_schema = current_schema();
