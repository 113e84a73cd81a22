"""PostgreSQL and a Redis-protocol server of our own, for when the settings name none."""
