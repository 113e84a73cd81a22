"""The worker: tells others what the outbox holds, does what is due, and clears what has expired."""
