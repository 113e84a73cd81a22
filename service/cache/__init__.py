"""Redis, or any Redis 7 protocol server: one pipelined connection a process; everything in it can be lost."""
