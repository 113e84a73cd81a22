-- interaction.occurred_at orders, so it is never later than registered_at: a sender whose clock is ahead must not hide what
-- comes after. The time that such a sender stated stays in details.occurred_at, and is shown. Customers whose order changes
-- get one more version, so that views of the old order are dropped. Rows of others are not locked.
CREATE TEMPORARY TABLE reordered ON COMMIT DROP AS
SELECT DISTINCT coalesce(c.merged_into, c.customer_id) AS customer_id
FROM interaction i
JOIN customer c ON c.customer_id = i.customer_id
WHERE i.occurred_at > i.registered_at;

SELECT c.customer_id FROM customer c JOIN reordered USING (customer_id) ORDER BY c.customer_id FOR UPDATE OF c;

UPDATE interaction SET
    occurred_at = registered_at,
    details = coalesce(details, '{}') || jsonb_build_object('occurred_at', occurred_at)
WHERE occurred_at > registered_at;

WITH bumped AS (
    UPDATE customer SET version = version + 1
    WHERE customer_id IN (SELECT customer_id FROM reordered)
    RETURNING customer_id, version
),
told AS (
    INSERT INTO outbox (customer_id, version, type, created_at)
    SELECT customer_id, version, 'context.changed', now() FROM bumped
)
INSERT INTO change_audit (customer_id, version, at, key_id, action, fields)
SELECT customer_id, version, now(), '00000000-0000-0000-0000-000000000000', 'interactions.reordered', '{}' FROM bumped;
