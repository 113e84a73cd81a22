-- `delivered_at`: when an event last arrived at a webhook. `paused_at`: an operator has it wait; what it is told of is queued.
ALTER TABLE webhook ADD COLUMN delivered_at timestamptz, ADD COLUMN paused_at timestamptz;
