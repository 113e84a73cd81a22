-- concurrently
-- The open work of desks, by its states. What asks for the open work of one customer says `ended_at IS NULL`, and so these indexes
-- are not for it: the planner takes an index of few rows whole, and has no idea how many came since it last counted.
CREATE INDEX handoff_of_desk ON handoff (queue, priority DESC, handoff_id) WHERE state IN ('offered', 'accepted', 'active');
CREATE INDEX callback_of_desk ON callback (queue, priority DESC, callback_id) WHERE state IN ('scheduled', 'due', 'claimed', 'missed');

-- in a transaction
DROP INDEX handoff_waiting;
DROP INDEX callback_waiting;
-- What a handoff carries is written once, and need not be written again with each step that the handoff takes.
ALTER TABLE handoff SET (toast_tuple_target = 256);
