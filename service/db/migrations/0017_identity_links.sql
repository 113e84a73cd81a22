-- How an identity came to its customer: `claimed` by what a channel was told, `proven` by a channel or a person that had
-- proof; `proven_by` is the key of a person who vouched for it. A conversation remembers the identities that took part in
-- it, as kind:value: through a claimed link an automatic audience reads these conversations alone.

CREATE TYPE identity_link AS ENUM ('claimed', 'proven');

ALTER TABLE identity
    ADD COLUMN link identity_link NOT NULL DEFAULT 'claimed',
    ADD COLUMN proven_by uuid;
UPDATE identity SET link = 'proven' WHERE verified OR source = 'import';

ALTER TABLE conversation ADD COLUMN identities text[] NOT NULL DEFAULT '{}';
UPDATE conversation SET identities = claimed.identities
FROM (
    SELECT i.customer_id, array_agg(i.kind || ':' || i.value ORDER BY i.created_at) AS identities
    FROM identity i
    WHERE i.link = 'claimed'
    GROUP BY i.customer_id
) AS claimed
WHERE conversation.customer_id = claimed.customer_id;

ALTER TYPE conversation_row ADD ATTRIBUTE identities text[];
