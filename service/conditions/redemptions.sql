-- name: read_redemption
-- The redemption of condition $2 of customer $1 with receipt $3 as JSON in the shape of Redemption.
SELECT to_json(shown)
FROM (
    SELECT
        condition_id, receipt, store, amount, currency, redeemed_at, recorded_at, voided_at, late, over_limit, not_valid
    FROM redemption
    WHERE customer_id = $1 AND condition_id = $2 AND receipt = $3
) AS shown;

-- name: count_uses
-- How often condition $2 of customer $1 was redeemed from $3 until before $4 (null: open), voided ones not counted.
SELECT count(*)
FROM redemption
WHERE
    customer_id = $1 AND condition_id = $2 AND voided_at IS NULL
    AND ($3::timestamptz IS NULL OR redeemed_at >= $3)
    AND ($4::timestamptz IS NULL OR redeemed_at < $4);

-- name: record_redemption
-- Customer $1 used condition $2 with receipt $3 in store $4 over $5 of currency $6 at $7; recorded at $8, which is $9 late,
-- $10 over the limit, $11 not valid then and there.
INSERT INTO redemption (
    customer_id, condition_id, receipt, store, amount, currency, redeemed_at, recorded_at, late, over_limit, not_valid
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: void_redemption
-- Take back the use of condition $2 of customer $1 with receipt $3, at $4.
UPDATE redemption
SET voided_at = $4
WHERE customer_id = $1 AND condition_id = $2 AND receipt = $3;

-- name: list_redemptions
-- The version of the canonical customer who has condition $1, and a JSON array of at most $3 redemptions of it in the
-- shape of Redemption, by receipt, after receipt $2 (null: from the first). No row if there is no such condition.
SELECT owner.version, (
    SELECT coalesce(json_agg(shown), '[]')
    FROM (
        SELECT
            condition_id, receipt, store, amount, currency, redeemed_at, recorded_at, voided_at, late, over_limit, not_valid
        FROM redemption
        WHERE
            customer_id = condition.customer_id AND condition_id = condition.condition_id
            AND ($2::text IS NULL OR receipt > $2)
        ORDER BY receipt
        LIMIT $3
    ) AS shown
) AS redemptions
FROM condition
JOIN customer held_by ON held_by.customer_id = condition.customer_id
JOIN customer owner ON owner.customer_id = coalesce(held_by.merged_into, held_by.customer_id)
WHERE condition.condition_id = $1;
