"""Who calls, with what key, and what is written down about it: principals, idempotency, audit."""
