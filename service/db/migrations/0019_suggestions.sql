-- Merge suggestions: seen from both sides, listed over all customers by time, and dismissed for good. A pair of customers is
-- dismissed if any of its rows is; who dismissed it is in change_audit.
ALTER TABLE merge_suggestion ADD COLUMN dismissed_at timestamptz;

CREATE INDEX merge_suggestion_other ON merge_suggestion (other_customer_id, customer_id);
CREATE INDEX merge_suggestion_newest ON merge_suggestion (suggested_at, customer_id, other_customer_id, kind, value)
WHERE dismissed_at IS NULL;
