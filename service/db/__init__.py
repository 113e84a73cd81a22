"""PostgreSQL: the pool, named statements, migrations, and the outbox and timers that live in its transactions."""
