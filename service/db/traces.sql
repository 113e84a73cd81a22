-- name: tell_trace
-- What is written from now on belongs to the trace $1: until the end of this transaction if $2, else of the session.
SELECT set_config('askonce.traceparent', $1, $2);
