"""Events: the journal of what changed, live streams of it, and webhooks that are told."""
