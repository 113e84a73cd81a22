"""Routes of events, webhooks, health and metrics."""
