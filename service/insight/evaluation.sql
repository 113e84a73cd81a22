-- name: claim_position
-- Up to which event all customers are evaluated, how far the run over all customers and the count of ways are, and when the last
-- night began; held until this transaction ends; no row while another worker, or a change of the rules, holds it.
SELECT event_id, sweep, swept_at, tallied_to FROM insight_position
FOR UPDATE SKIP LOCKED;

-- name: read_needs
-- What would be read or stored in vain: whether there are rules or customers in a segment by one, ways on which many gave up,
-- and warnings from before $1 of which it is not decided whether the customer stayed. Read once the position is held, so that
-- it is not older than that.
SELECT
    EXISTS (SELECT FROM segment s WHERE s.rule IS NOT NULL) AS rules,
    EXISTS (SELECT FROM segment_member) OR EXISTS (SELECT FROM segment_undecided) AS members,
    EXISTS (SELECT FROM way_risk) AS risky_ways,
    EXISTS (SELECT FROM risk_episode e WHERE e.stayed IS NULL AND e.risen_at < $1) AS undecided;

-- name: move_event
-- All customers of the events up to $1 are evaluated.
UPDATE insight_position SET event_id = $1;

-- name: move_sweep
-- The run over all customers has come to customer $1; null at its end.
UPDATE insight_position SET sweep = $1;

-- name: move_tally
-- The matters that were opened before $1 are counted; null once all are.
UPDATE insight_position SET tallied_to = $1;

-- name: begin_night
-- At $1 begin to count the ways of the matters since $2 anew, and then to evaluate all customers.
UPDATE insight_position SET sweep = '00000000-0000-0000-0000-000000000000', swept_at = $1, tallied_to = $2;
