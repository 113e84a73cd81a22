-- Tills that were offline: their redemptions arrive late, are never refused, and say what was wrong with them.

-- `late`: reported after the fact. Only a late one can be `over_limit` (no use was left) or `not_valid` (the condition did
-- not hold then and there); any other one is refused instead.
ALTER TABLE redemption
    ADD COLUMN late boolean NOT NULL DEFAULT false,
    ADD COLUMN over_limit boolean NOT NULL DEFAULT false,
    ADD COLUMN not_valid boolean NOT NULL DEFAULT false,
    ADD CHECK (late OR NOT (over_limit OR not_valid));
UPDATE redemption SET late = true WHERE recorded_at - redeemed_at > interval '15 minutes';
