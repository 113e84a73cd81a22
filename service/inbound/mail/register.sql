-- name: read_token_key
-- The key of this deployment's mail tokens.
SELECT key FROM mail_key;

-- name: find_messages
-- Of the mails with the digests $1 those that are on record, in that order.
SELECT m.conversation_id, m.outgoing, m.attempt
FROM unnest($1::bytea[]) WITH ORDINALITY AS wanted (digest, position)
JOIN mail_message m ON m.message_id_digest = wanted.digest
ORDER BY wanted.position;

-- name: store_message
-- The mail with the digest $1 belongs to conversation $2; it is ours if $3, was the attempt $4; $5 is now. The first
-- who says so is right: a Message-ID that is sent again moves no thread.
INSERT INTO mail_message (message_id_digest, conversation_id, outgoing, attempt, seen_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (message_id_digest) DO NOTHING;

-- name: find_same_ref
-- The latest conversation of source $2 and ref $3 that customer $1 has, or one merged into it.
SELECT c.conversation_id
FROM customer owner
JOIN conversation c ON c.customer_id = owner.customer_id
WHERE (owner.customer_id = $1 OR owner.merged_into = $1) AND c.source = $2 AND c.ref = $3
ORDER BY c.opened_at DESC, c.conversation_id DESC
LIMIT 1;

-- name: find_same_subject
-- The latest unresolved conversation of customer $1, or one merged into it, with the subject key $2.
SELECT c.conversation_id
FROM conversation c
JOIN customer owner ON owner.customer_id = c.customer_id
WHERE (owner.customer_id = $1 OR owner.merged_into = $1) AND c.subject_key = $2 AND c.status <> 'resolved'
ORDER BY c.opened_at DESC, c.conversation_id DESC
LIMIT 1;

-- name: mark_undeliverable
-- Those of the addresses $1 that are customer $2's, or of one merged into it, were not reached at $3: whoever has a mail
-- of ours can write a bounce of it, but not for the addresses of others.
INSERT INTO mail_undeliverable (address, since, last_at)
SELECT DISTINCT i.value, $3::timestamptz, $3::timestamptz
FROM identity i
JOIN customer owner ON owner.customer_id = i.customer_id
WHERE i.kind = 'email' AND i.value = ANY ($1::text[]) AND (owner.customer_id = $2 OR owner.merged_into = $2)
ON CONFLICT (address) DO UPDATE SET
    bounces = mail_undeliverable.bounces + 1, last_at = greatest(mail_undeliverable.last_at, excluded.last_at);

-- name: clear_undeliverable
-- Whoever writes from one of the addresses $1 has answered a mail of ours: it is reached again.
DELETE FROM mail_undeliverable WHERE address = ANY ($1::text[]);

-- name: find_undeliverable
-- The addresses of customer $1, or one merged into it, that mail of ours does not reach, and since when.
SELECT u.address, u.since, u.bounces
FROM identity i
JOIN customer owner ON owner.customer_id = i.customer_id
JOIN mail_undeliverable u ON u.address = i.value
WHERE i.kind = 'email' AND (owner.customer_id = $1 OR owner.merged_into = $1)
ORDER BY u.address;
