-- name: read_preferences
-- What each of the merge set of customer $1 wishes, the survivor first, with the survivor's id and version.
SELECT m.preferred_channel, m.channel_wishes, m.do_not_contact, m.consents, c.customer_id, c.version
FROM customer asked
JOIN customer c ON c.customer_id = coalesce(asked.merged_into, asked.customer_id)
JOIN customer m ON m.customer_id = c.customer_id OR m.merged_into = c.customer_id
WHERE asked.customer_id = $1
ORDER BY m.merged_into NULLS FIRST, m.customer_id;

-- name: change_preferences
-- Customer $1 changes in the fields $2: channels (preferred one $3, the others $4), do_not_contact $5.
UPDATE customer SET
    preferred_channel = CASE WHEN 'channels' = ANY ($2::text[]) THEN $3 ELSE preferred_channel END,
    channel_wishes = CASE WHEN 'channels' = ANY ($2::text[]) THEN $4 ELSE channel_wishes END,
    do_not_contact = CASE WHEN 'do_not_contact' = ANY ($2::text[]) THEN $5 ELSE do_not_contact END
WHERE customer_id = $1;
