-- name: read_consents
-- Every statement of the merge set of customer $1, the newest first, those of several members once.
SELECT DISTINCT ON (c.stated_at, c.consent_id)
    c.consent_id AS id, c.purpose, c.channel, c.given, c.basis, c.source, c.stated_at, c.recorded_at, c.recorded_by
FROM customer asked
JOIN customer m ON m.customer_id = coalesce(asked.merged_into, asked.customer_id)
    OR m.merged_into = coalesce(asked.merged_into, asked.customer_id)
JOIN consent c ON c.customer_id = m.customer_id
WHERE asked.customer_id = $1
ORDER BY c.stated_at DESC, c.consent_id DESC;

-- name: read_marks
-- The marks of each member of the merge set of customer $1, with the survivor and its version.
SELECT s.customer_id, s.version, m.consents
FROM customer asked
JOIN customer s ON s.customer_id = coalesce(asked.merged_into, asked.customer_id)
JOIN customer m ON m.customer_id = s.customer_id OR m.merged_into = s.customer_id
WHERE asked.customer_id = $1
ORDER BY m.merged_into NULLS FIRST, m.customer_id;

-- name: append_consent
-- Each of the merge set of customer $1 has the statement $2: purpose $3, channel $4, given or not $5, basis $6, source $7, stated
-- at $8, recorded at $9 by key $10 with the name $11.
INSERT INTO consent (
    customer_id, consent_id, purpose, channel, given, basis, source, stated_at, recorded_at, key_id, recorded_by
)
SELECT customer_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
FROM customer
WHERE customer_id = $1 OR merged_into = $1;

-- name: has_newer
-- Whether customer $1 has said something about purpose $2, on channel $3 or on all, that is newer than $4.
SELECT EXISTS (
    SELECT FROM consent
    WHERE customer_id = $1 AND purpose = $2 AND (channel IS NULL OR channel = $3) AND stated_at > $4
);

-- name: mark_consent
-- Each of the merge set of customer $1 has the mark $2 in place of the marks $3, and of all that begin like one of $4.
UPDATE customer c SET consents = ARRAY(
    SELECT kept.mark
    FROM (
        SELECT unnest(c.consents) AS mark
        EXCEPT SELECT unnest($3::text[])
        UNION SELECT $2
    ) AS kept
    WHERE kept.mark = $2 OR NOT EXISTS (SELECT FROM unnest($4::text[]) AS gone (start) WHERE starts_with(kept.mark, gone.start))
    ORDER BY kept.mark
)
WHERE c.customer_id = $1 OR c.merged_into = $1;
