"""The worker: publishes the rows of the outbox, runs due timers, and deletes expired rows."""
