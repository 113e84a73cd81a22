"""What administrators see of the systems outside: the doors by which these deliver, and the webhooks that they hear."""
