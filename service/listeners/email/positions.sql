-- name: read_position
-- How far the mailbox $2 of the instance $1 has been read: UIDVALIDITY and the last UID; no row if it never was.
SELECT uid_validity, last_uid FROM mailbox_place WHERE instance_id = $1 AND mailbox = $2;

-- name: store_position
-- Remember for the mailbox $2 of the instance $1 the UIDVALIDITY $3 and the last UID $4, at the time $5. Within one
-- UIDVALIDITY the place never goes back, whichever process was late.
INSERT INTO mailbox_place AS place (instance_id, mailbox, uid_validity, last_uid, changed_at)
SELECT instance_id, $2, $3, $4, $5 FROM channel_instance WHERE instance_id = $1
ON CONFLICT (instance_id, mailbox) DO UPDATE
SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid, changed_at = excluded.changed_at
WHERE place.uid_validity <> excluded.uid_validity OR place.last_uid < excluded.last_uid;
