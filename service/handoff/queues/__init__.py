"""Queues: desks that take handoffs and callbacks, with their opening hours."""
