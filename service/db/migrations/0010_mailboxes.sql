-- How far a mailbox has been read. Nothing is changed in it, so the place is kept here.

-- `mailbox` is user@host:port/folder: another folder has a place of its own. UIDs count up within one UIDVALIDITY; a mail
-- server that numbers its mail anew gives another one (RFC 3501, 2.3.1.1).
CREATE TABLE mailbox_place (
    instance_id uuid NOT NULL REFERENCES channel_instance (instance_id) ON DELETE CASCADE,
    mailbox text NOT NULL,
    uid_validity bigint NOT NULL,
    last_uid bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (instance_id, mailbox)
) WITH (fillfactor = 50);
