"""What is measured in more than one room: shared transactions, waits for connections, where contexts come from."""

from prometheus_client import Counter, Histogram

BATCH_SIZE = Histogram(
    "askonce_batch_size",
    "How many items shared one transaction.",
    ["batch"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
POOL_WAIT_SECONDS = Histogram(
    "askonce_pool_wait_seconds",
    "How long work waited for a connection to PostgreSQL.",
    buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
_CONTEXT_READS = Counter("askonce_context_reads_total", "Reads of contexts, by where the answer came from.", ["result"])
READ_HIT = _CONTEXT_READS.labels("hit")
"""Cached, and believed."""
READ_CONFIRMED = _CONTEXT_READS.labels("confirmed")
"""Cached, and PostgreSQL had the same version."""
READ_MISS = _CONTEXT_READS.labels("miss")
"""Read from PostgreSQL."""
READ_STALE = _CONTEXT_READS.labels("stale")
"""Cached, while PostgreSQL was out of reach."""
