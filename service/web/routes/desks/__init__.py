"""Routes of queues, handoffs and callbacks."""
