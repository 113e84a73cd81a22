-- name: find_merge_set
-- The survivor of customer $1 and the members of its merge set, the survivor first; none if there is no such customer.
SELECT m.customer_id
FROM customer asked
JOIN customer m
    ON m.customer_id = coalesce(asked.merged_into, asked.customer_id) OR m.merged_into = coalesce(asked.merged_into, asked.customer_id)
WHERE asked.customer_id = $1
ORDER BY m.merged_into IS NOT NULL, m.customer_id;

-- name: lock_members
-- The merge sets of the customers $1, locked for this transaction in the order of their ids.
SELECT customer_id, version
FROM customer
WHERE customer_id = ANY ($1::uuid[]) OR merged_into = ANY ($1::uuid[])
ORDER BY customer_id
FOR UPDATE;

-- name: order_erasure
-- Order erasure $1 of customers $2 by $3 because of $4, for request $5, at $6; another process takes it over at $7.
INSERT INTO erasure (erasure_id, customer_ids, state, ordered_by, reason, request_id, ordered_at, due_at)
VALUES ($1, $2, 'ordered', $3, $4, $5, $6, $7);

-- name: find_erasure
-- The newest erasure that customer $1 belongs to.
SELECT
    erasure_id, customer_ids, state, ordered_by, reason, request_id, ordered_at, erased_at, pending, receipt, sequence,
    encode(receipt_hash, 'hex') AS hash
FROM erasure
WHERE customer_ids @> ARRAY[$1::uuid]
ORDER BY ordered_at DESC
LIMIT 1;

-- name: lock_erasure
-- The erasure $1, locked for this transaction.
SELECT
    erasure_id, customer_ids, state, ordered_by, reason, request_id, ordered_at, erased_at, pending, receipt, sequence,
    encode(receipt_hash, 'hex') AS hash
FROM erasure
WHERE erasure_id = $1
FOR UPDATE;

-- name: claim_due
-- An erasure with a step that is due at $1; another process takes it over at $2.
UPDATE erasure SET due_at = $2
WHERE erasure_id = (
    SELECT e.erasure_id FROM erasure e
    WHERE e.due_at <= $1
    ORDER BY e.due_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING erasure_id;

-- name: allow_long_statements
-- Let the statements of this transaction take up to $1 ms each.
SELECT set_config('statement_timeout', $1, true);

-- name: read_remains
-- The identities of customers $1, their interactions by key and source_event_id, and the references of their attachments.
SELECT
    ARRAY(
        SELECT jsonb_build_array(i.kind, i.value) FROM identity i WHERE i.customer_id = ANY ($1::uuid[]) ORDER BY i.kind, i.value
    ) AS identities,
    ARRAY(
        SELECT jsonb_build_array(i.key_id, i.source_event_id)
        FROM interaction i
        JOIN channel_instance c ON c.instance_id = i.key_id
        WHERE i.customer_id = ANY ($1::uuid[]) AND length(i.source_event_id) >= 6
        ORDER BY i.occurred_at DESC
        LIMIT 10000
    ) AS events,
    ARRAY(
        SELECT DISTINCT attachment ->> 'reference'
        FROM interaction i
        CROSS JOIN LATERAL jsonb_path_query(i.details, 'strict $.**.attachments[*]') AS attachment
        WHERE i.customer_id = ANY ($1::uuid[]) AND jsonb_typeof(attachment -> 'reference') = 'string'
    ) AS attachments;

-- name: discount_values
-- Values of customers $1 that are stated now count no longer among what is thought of their sources.
INSERT INTO quality_count (source, field, verdict, values)
SELECT source, field, quality ->> 'verdict', -count(*)
FROM customer_value
WHERE customer_id = ANY ($1::uuid[]) AND quality IS NOT NULL AND ended_at IS NULL
GROUP BY source, field, quality ->> 'verdict';

-- name: bury_identities
-- Tombstones of erasure $2 for the identities of customers $1, which refuse what happened before $3; gives their digests.
WITH buried AS (
    INSERT INTO erased_identity (digest, erasure_id, refused_until)
    SELECT identity_digest(i.kind, i.value), $2, $3
    FROM identity i
    WHERE i.customer_id = ANY ($1::uuid[])
    ORDER BY 1
    ON CONFLICT (digest) DO UPDATE SET
        erasure_id = excluded.erasure_id, refused_until = greatest(erased_identity.refused_until, excluded.refused_until)
    RETURNING digest
)
SELECT encode(digest, 'hex') AS digest FROM buried ORDER BY digest;

-- name: bury_customers
-- Tombstones of erasure $2 for customers $1, who were erased at $3.
INSERT INTO erased_customer (customer_id, erasure_id, erased_at)
SELECT customer_id, $2, $3 FROM unnest($1::uuid[]) AS gone (customer_id)
ON CONFLICT (customer_id) DO NOTHING;

-- name: bury_digests
-- Tombstones of erasure $2 for the digests $1 (hexadecimal), which refuse what happened before $3.
INSERT INTO erased_identity (digest, erasure_id, refused_until)
SELECT decode(digest, 'hex'), $2, $3 FROM unnest($1::text[]) AS gone (digest)
ON CONFLICT (digest) DO NOTHING;

-- name: tell_others
-- Others are told that customers $1, last seen in versions $2, have changed at $3: what they cached goes.
INSERT INTO outbox (customer_id, version, type, created_at)
SELECT customer_id, version + 1, 'context.changed', $3 FROM unnest($1::uuid[], $2::bigint[]) AS gone (customer_id, version);

-- name: read_open_work
-- What is open of customers $1, as the event by which its desk hears of its end: handoffs and callbacks.
SELECT h.customer_id, 'handoff.withdrawn' AS type, h.handoff_id AS subject_id
FROM handoff h
WHERE h.customer_id = ANY ($1::uuid[]) AND h.ended_at IS NULL
UNION ALL
SELECT c.customer_id, 'callback.cancelled', c.callback_id
FROM callback c
WHERE c.customer_id = ANY ($1::uuid[]) AND c.ended_at IS NULL;

-- name: tell_desks
-- The events of types $2 on subjects $3 of customers $1 happened at $4.
INSERT INTO outbox (customer_id, version, type, subject_id, created_at)
SELECT customer_id, 0, type, subject_id, $4
FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS ended (customer_id, type, subject_id);

-- name: advance
-- Erasure $1 of customers $2 is in state $3: erased at $4, next step due at $5, with what is left to do $6 and the content of
-- its receipt $7.
UPDATE erasure SET customer_ids = $2, state = $3, erased_at = $4, due_at = $5, pending = $6, receipt = $7
WHERE erasure_id = $1;

-- name: queue_to_seal
-- One receipt is sealed after the other.
SELECT pg_advisory_xact_lock(hashtextextended('erasure receipts', 0));

-- name: seal
-- Erasure $1 is sealed with the content $2 of its receipt: it gets its place among the receipts, and the keyed hash of all that
-- it says together with that of the one before. Its last step is due at $3.
UPDATE erasure e SET
    state = 'sealed', receipt = $2, due_at = $3, sequence = before.sequence + 1,
    receipt_hash = erasure_hmac(before.receipt_hash || receipt_bytes(e.erasure_id, before.sequence + 1, e.customer_ids, e.ordered_by, e.reason,
        e.request_id, e.ordered_at, e.erased_at, $2))
FROM (
    SELECT coalesce(max(sequence), 0) AS sequence,
        coalesce((SELECT l.receipt_hash FROM erasure l WHERE l.sequence IS NOT NULL ORDER BY l.sequence DESC LIMIT 1), '') AS receipt_hash
    FROM erasure
) AS before
WHERE e.erasure_id = $1;

-- name: find_altered
-- The erasures with receipts that are not as they were sealed, or that do not follow the one before, in their order.
SELECT erasure_id
FROM (
    SELECT
        erasure_id, sequence, receipt_hash, customer_ids, ordered_by, reason, request_id, ordered_at, erased_at, receipt,
        lag(receipt_hash, 1, '') OVER (ORDER BY sequence) AS before,
        lag(sequence, 1, 0::bigint) OVER (ORDER BY sequence) AS place
    FROM erasure
    WHERE sequence IS NOT NULL
) AS sealed
WHERE sequence <> place + 1 OR receipt_hash IS DISTINCT FROM erasure_hmac(before || receipt_bytes(
    erasure_id, sequence, customer_ids, ordered_by, reason, request_id, ordered_at, erased_at, receipt
))
ORDER BY sequence;

-- name: find_returned
-- Customers that were made at $4 or later with one of the identities of kinds $1 and values $2, which came to them before $3: they
-- crossed the erasure. A customer of before who was told one of them, such as a shared telephone, is another person.
SELECT DISTINCT i.customer_id
FROM identity i
JOIN unnest($1::text[], $2::text[]) AS stated (kind, value) ON i.kind = stated.kind::identity_kind AND i.value = stated.value
WHERE i.created_at < $3 AND uuid_extract_timestamp(i.customer_id) >= $4
ORDER BY i.customer_id;

-- name: finish
-- Erasure $1 is done; nothing of it is left to do.
UPDATE erasure SET state = 'done', due_at = NULL, pending = '{}' WHERE erasure_id = $1;

-- name: find_unburied
-- Those of the customers $1 that are there, or have no tombstone.
SELECT asked.customer_id
FROM unnest($1::uuid[]) AS asked (customer_id)
WHERE EXISTS (SELECT FROM customer c WHERE c.customer_id = asked.customer_id)
    OR NOT EXISTS (SELECT FROM erased_customer e WHERE e.customer_id = asked.customer_id);

-- name: order_again
-- Order erasure $1 of customers $2 once more at $3, as it was ordered by $4 because of $5 for request $6: a restored database
-- has them again.
INSERT INTO erasure (erasure_id, customer_ids, state, ordered_by, reason, request_id, ordered_at, due_at)
VALUES ($1, $2, 'ordered', $4, $5, $6, $3, $3)
ON CONFLICT (erasure_id) DO NOTHING;

-- name: cancel_order
-- Erasure $1 is not carried out: nothing of it has been.
DELETE FROM erasure WHERE erasure_id = $1 AND state = 'ordered';
