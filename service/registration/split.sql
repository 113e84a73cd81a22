-- name: read_members
-- The merge set of canonical customer $1, the survivor first.
SELECT customer_id
FROM customer
WHERE customer_id = $1 OR merged_into = $1
ORDER BY merged_into NULLS FIRST, customer_id;

-- name: read_named_interactions
-- Of the interactions $2 those that are of customers $1, with their conversations and the names of their facts.
SELECT i.conversation_id, ARRAY(SELECT jsonb_object_keys(coalesce(i.details -> 'facts', '{}'))) AS names
FROM unnest((SELECT $2::uuid[])) AS wanted (interaction_id)
JOIN interaction i ON i.interaction_id = wanted.interaction_id
WHERE i.customer_id = ANY ($1::uuid[]);

-- name: count_what_stays
-- How many interactions and identities customers $1 have, up to $2 interactions and $3 identities.
SELECT
    (SELECT count(*) FROM (SELECT FROM interaction WHERE customer_id = ANY ($1::uuid[]) LIMIT $2) AS counted) AS interactions,
    (SELECT count(*) FROM (SELECT FROM identity WHERE customer_id = ANY ($1::uuid[]) LIMIT $3) AS counted) AS identities;

-- name: read_related_interactions
-- The interactions of customers $1 in the conversations $2, and those that state or ask for one of the facts $3.
SELECT i.customer_id, i.occurred_at, i.interaction_id, i.version, i.registered_at, i.conversation_id,
    coalesce(i.key_id, '00000000-0000-0000-0000-000000000000') AS key_id, i.source,
    i.source_event_id, i.channel, i.kind, i.direction, i.assurance, i.language, i.repeated_questions,
    (i.details - 'data')::text AS details, coalesce(k.role IN ('console', 'admin'), false) AS by_person
FROM interaction i
LEFT JOIN api_key k ON k.key_id = i.key_id
WHERE i.customer_id = ANY ($1::uuid[])
    AND (i.conversation_id = ANY ($2::uuid[]) OR i.details -> 'facts' ?| $3::text[] OR i.details -> 'asks' ?| $3);

-- name: read_conversations
-- The conversations $1.
SELECT customer_id, conversation_id, source, ref, subject, subject_key, status, channels, opened_at, last_at, resolved_at,
    interactions, facts, identities, space_id
FROM conversation
WHERE conversation_id = ANY ($1::uuid[]);

-- name: read_fact_rows
-- What customers $1 know and knew of the facts $2; `ended_version` is null for what is known now.
SELECT customer_id, name, value, source, channel, at, verified, conversation_id, version, vouched,
    NULL::bigint AS ended_version
FROM fact
WHERE customer_id = ANY ($1::uuid[]) AND name = ANY ($2::text[])
UNION ALL
SELECT customer_id, name, value, source, channel, at, verified, conversation_id, version,
    conversation_id IS NULL AND EXISTS (
        SELECT FROM change_audit a
        JOIN api_key k ON k.key_id = a.key_id
        WHERE a.customer_id = h.customer_id AND a.version = h.version AND a.action = 'fact.corrected'
            AND k.role IN ('console', 'admin')
    ) AS vouched, ended_version
FROM fact_history h
WHERE customer_id = ANY ($1::uuid[]) AND name = ANY ($2::text[]);

-- name: read_first_told
-- What the interactions of each of customers $1 say of it: since when it is known, and the first name and language.
SELECT customer_id,
    min(least(occurred_at, registered_at)) AS since,
    (array_agg(details -> 'participant' ->> 'name' ORDER BY version) FILTER (
        WHERE details -> 'participant' ->> 'role' = 'customer' AND details -> 'participant' ->> 'name' IS NOT NULL
    ))[1] AS name,
    (array_agg(language ORDER BY version) FILTER (WHERE direction = 'inbound' AND language IS NOT NULL))[1] AS language
FROM interaction
WHERE customer_id = ANY ($1::uuid[])
GROUP BY customer_id;

-- name: create_customer
-- A customer $1, one row of the table.
INSERT INTO customer (
    customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
)
SELECT customer_id, version, interactions, repeated_questions, since, name, name_key, language, last_registered_at
FROM unnest($1::customer_row[]);

-- name: move_identities
-- The identities ($3 kinds, $4 values) of customers $2 are customer $1's, linked as they are; gives them.
UPDATE identity SET customer_id = $1
FROM unnest($3::identity_kind[], $4::text[]) AS moved (kind, value)
WHERE identity.kind = moved.kind AND identity.value = moved.value AND identity.customer_id = ANY ($2::uuid[])
RETURNING identity.kind, identity.value;

-- name: move_interactions
-- Interactions ($2 customers, $3 times, $4 ids) are customer $1's, with the versions $5, conversations $6 and repeated
-- questions $7.
UPDATE interaction SET
    customer_id = $1, version = moved.version, conversation_id = moved.conversation_id,
    repeated_questions = moved.repeated_questions
FROM unnest($2::uuid[], $3::timestamptz[], $4::uuid[], $5::bigint[], $6::uuid[], $7::smallint[])
    AS moved (customer_id, occurred_at, interaction_id, version, conversation_id, repeated_questions)
WHERE interaction.customer_id = moved.customer_id
    AND ten_minutes_of(interaction.occurred_at) = ten_minutes_of(moved.occurred_at)
    AND interaction.occurred_at = moved.occurred_at AND interaction.interaction_id = moved.interaction_id;

-- name: recount_questions
-- Interactions ($1 customers, $2 times, $3 ids) repeated $4 questions.
UPDATE interaction SET repeated_questions = counted.repeated_questions
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::smallint[])
    AS counted (customer_id, occurred_at, interaction_id, repeated_questions)
WHERE interaction.customer_id = counted.customer_id
    AND ten_minutes_of(interaction.occurred_at) = ten_minutes_of(counted.occurred_at)
    AND interaction.occurred_at = counted.occurred_at AND interaction.interaction_id = counted.interaction_id;

-- name: move_receipts
-- The receipts of the interactions that customers $2 had under the versions $3, and customer $1 has under the versions $4, answer
-- with these.
UPDATE receipt SET customer_id = $1, version = moved.version, survivor_id = NULL, survivor_version = NULL
FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS moved (owner_id, owner_version, version)
JOIN interaction i ON i.customer_id = $1 AND i.version = moved.version
CROSS JOIN (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT s.space_id FROM source_space s) AS space (space_id)
WHERE receipt.digest = event_digest(space.space_id, i.source, i.source_event_id)
    AND receipt.customer_id = moved.owner_id AND receipt.version = moved.owner_version;

-- name: move_mails
-- A reply to a mail of customer $1 joins the conversation that the mail is in.
UPDATE mail_message SET conversation_id = i.conversation_id
FROM interaction i
WHERE i.customer_id = $1
    AND mail_message.message_id_digest = sha256(convert_to(i.details -> 'data' ->> 'message_id', 'UTF8'));

-- name: move_conversations
-- The conversations $2 are customer $1's.
UPDATE conversation SET customer_id = $1 WHERE conversation_id = ANY ($2::uuid[]);

-- name: move_handoffs
-- The handoffs of customers $2 in the conversations $3 are customer $1's, as of its version $4.
UPDATE handoff SET customer_id = $1, version = $4
WHERE customer_id = ANY ($2::uuid[]) AND conversation_id = ANY ($3::uuid[]);

-- name: move_callbacks
-- The callbacks of customers $2 about the conversations $3 are customer $1's, and those of its handoffs, as of its version $4.
UPDATE callback SET customer_id = $1, version = $4
WHERE customer_id = ANY ($2::uuid[])
    AND (
        conversation_id = ANY ($3::uuid[])
        OR (conversation_id IS NULL AND handoff_id IN (SELECT h.handoff_id FROM handoff h WHERE h.customer_id = $1))
    );

-- name: clear_facts
-- Customers $1 know nothing of the facts $2, and nothing of their past.
DELETE FROM fact WHERE customer_id = ANY ($1::uuid[]) AND name = ANY ($2::text[]);

-- name: clear_fact_history
-- The facts $2 of customers $1 have no past.
DELETE FROM fact_history WHERE customer_id = ANY ($1::uuid[]) AND name = ANY ($2::text[]);

-- name: clear_attempts
-- Nothing was tried in the conversations $2 of customers $1.
DELETE FROM attempt WHERE customer_id = ANY ($1::uuid[]) AND conversation_id = ANY ($2::uuid[]);

-- name: reduce_customer
-- Customer $1 has $2 interactions and $3 repeated questions less. Since, name and language are $4, $5 (with its key $6) and
-- $7, where they were $8, $9 and $10 and no person changed them.
UPDATE customer SET
    interactions = interactions - $2,
    repeated_questions = greatest(repeated_questions - $3, 0),
    since = CASE WHEN since = $8 THEN coalesce($4, since) ELSE since END,
    name = CASE WHEN 'name' = ANY (changed.fields) OR name IS DISTINCT FROM $9 THEN name ELSE $5 END,
    name_key = CASE WHEN 'name' = ANY (changed.fields) OR name IS DISTINCT FROM $9 THEN name_key ELSE $6 END,
    language = CASE WHEN 'language' = ANY (changed.fields) OR language IS DISTINCT FROM $10 THEN language ELSE $7 END
FROM (
    SELECT ARRAY(
        SELECT unnest(a.fields) FROM change_audit a WHERE a.customer_id = $1 AND a.action = 'customer.changed'
    ) AS fields
) AS changed
WHERE customer_id = $1;
