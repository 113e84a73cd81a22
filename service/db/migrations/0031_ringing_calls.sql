-- concurrently
-- How many of the calls that queues promised were made in time.
CREATE INDEX callback_decided ON callback (queue, promised_to) WHERE kept IS NOT NULL;

-- in a transaction
-- Desks see the calls that ring now, and for a moment who has answered.
CREATE INDEX live_call_running ON live_call (phase, seen_at) WHERE closed_at IS NULL;
