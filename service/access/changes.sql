-- name: read_last_change
-- Who made the last change to $2 of customer $1, or of one that counts as this one, by name, and when; no row if none was made,
-- no name if no caller made it.
SELECT coalesce(agent.name, api_key.name) AS name, audited.at
FROM (
    SELECT a.key_id, a.at
    FROM change_audit a
    WHERE a.subject_id = $2
        AND a.customer_id IN (SELECT customer_id FROM customer WHERE customer_id = $1 OR merged_into = $1)
    ORDER BY a.at DESC, a.version DESC
    LIMIT 1
) AS audited
LEFT JOIN agent_account agent ON agent.account_id = audited.key_id
LEFT JOIN api_key ON api_key.key_id = audited.key_id;
